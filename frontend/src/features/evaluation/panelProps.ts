import type { CallDetail } from "@/api/calls";
import type { Place } from "@/api/records";

export interface PanelProps {
  call: CallDetail;
  /** By which policy; without it, the oldest that the call was scored by. */
  policyId?: string | undefined;
  pinned: Place | null;
  onShow: (place: Place) => void;
  onHover: (place: Place | null) => void;
  /** Called when a person has approved or overridden. With it, A is the key for that. */
  onJudged?: () => void;
}
