import type { Campaign, ContactState } from "@/api/campaigns";
import type { Tone } from "@/parts/statuses";

interface Shown {
  label: string;
  tone: Tone;
}

export const STATUSES: Record<Campaign["status"], Shown> = {
  draft: { label: "Draft", tone: "quiet" },
  scheduled: { label: "Scheduled", tone: "waiting" },
  running: { label: "Running", tone: "live" },
  paused: { label: "Paused", tone: "attention" },
  completed: { label: "Completed", tone: "good" },
  canceled: { label: "Canceled", tone: "quiet" },
};

export const STATES: Record<ContactState, Shown> = {
  waiting: { label: "Waiting", tone: "waiting" },
  running: { label: "Being called", tone: "live" },
  done: { label: "Done", tone: "good" },
  exhausted: { label: "Not reached", tone: "quiet" },
  refused: { label: "Refused", tone: "bad" },
  canceled: { label: "Canceled", tone: "quiet" },
};

/** A reason's name as a sentence has it: `too_many_failed` is "too many failed". */
export function inWords(reason: string | null): string {
  return reason === null ? "" : reason.replaceAll("_", " ");
}

/** How much of a list is through, in percent. */
export function through({ counts }: Pick<Campaign, "counts">): number {
  if (counts.contacts === 0) return 0;
  const open = counts.waiting + counts.running;
  return Math.floor((100 * (counts.contacts - open)) / counts.contacts);
}

/** Which steps a campaign that stands like this can take. */
export function stepsOf(status: Campaign["status"]): ("start" | "pause" | "resume" | "cancel")[] {
  switch (status) {
    case "draft":
      return ["start", "cancel"];
    case "scheduled":
    case "running":
      return ["pause", "cancel"];
    case "paused":
      return ["resume", "cancel"];
    default:
      return [];
  }
}

/** Reads "15, 60" as minutes; null: it is not that. */
export function minutesOf(text: string): number[] | null {
  const parts = text.split(",").map((part) => Number(part.trim()));
  return parts.every((part) => Number.isInteger(part) && part > 0) && parts.length > 0
    ? parts
    : null;
}

/** A share as people read it; nothing is known of what was never tried. */
export function percent(share: number | null): string {
  return share === null ? "—" : `${share.toFixed(1)} %`;
}

export function range(low: number | null, high: number | null): string {
  return low === null || high === null ? "—" : `${low.toFixed(1)}–${high.toFixed(1)} %`;
}
