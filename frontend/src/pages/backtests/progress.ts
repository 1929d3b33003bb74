/** How far a back-test is, in words and figures. */

import type { Backtest } from "@/api/backtests";
import { formatCents, formatCount } from "@/parts/money";
import type { Tone } from "@/parts/statuses";

export const STATES: Record<Backtest["state"], { label: string; tone: Tone }> = {
  ready: { label: "Not started", tone: "quiet" },
  running: { label: "Running", tone: "live" },
  paused: { label: "Paused", tone: "waiting" },
  done: { label: "Done, nothing replaced", tone: "good" },
  applying: { label: "Replacing records", tone: "live" },
  applied: { label: "Records replaced", tone: "good" },
};

/** Calls that have been asked about, with whatever result. */
export function triedOf({ trials, total }: Backtest): number {
  return total - (trials.pending ?? 0) - (trials.queued ?? 0);
}

export function estimateOf({ estimated_cost_cents: cents, estimated_tokens: tokens }: Backtest) {
  const about = `about ${formatCount(tokens)} tokens`;
  return cents === null ? about : `${about}, about ${formatCents(cents)}`;
}
