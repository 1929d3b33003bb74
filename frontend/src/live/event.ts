import type { SchemaTurn } from "@/api/schema";
import type { CallStatus, RecordStatus } from "@/parts/statuses";

/** One message of the event feed. Names and members may be added by newer services. */
export interface FeedEvent {
  id: string;
  name: string;
  at: string | null;
  call_id: string | null;
  agent_id?: string | null;
  data: {
    status?: CallStatus | RecordStatus;
    status_reason?: string | null;
    answered_by?: string;
    duration_ms?: number | null;
    turns?: SchemaTurn[];
  };
}

/** The names that pages react to: an EventSource only delivers those it was asked for. */
export const EVENT_NAMES = [
  "call.scheduled",
  "call.queued",
  "call.dialing",
  "call.started",
  "call.transcript_updated",
  "call.ended",
  "call.not_connected",
  "call.failed",
  "call.canceled",
  "call.analyzed",
  "call.repaired",
  "record.extracted",
  "record.needs_review",
  "record.failed",
  "record.corrected",
  "agent.published",
  "resync",
] as const;
