import type { CallSummary } from "@/api/calls";
import { isOpen } from "@/parts/statuses";

export type Action = "cancel" | "stop" | "again" | "extract";

const calls = (count: number) => (count === 1 ? "1 call" : `${count} calls`);

interface Shown {
  label: string;
  done: string;
  question: (count: number) => string;
  effect: string;
}

export const ACTIONS: Record<Action, Shown> = {
  cancel: {
    label: "Cancel",
    done: "canceled",
    question: (count) => `Cancel ${calls(count)}?`,
    effect: "They will not be dialed. You can place them again later.",
  },
  stop: {
    label: "Hang up",
    done: "ended",
    question: (count) => `Hang up ${calls(count)}?`,
    effect: "The people on these calls are cut off at once.",
  },
  again: {
    label: "Call again",
    done: "placed again",
    question: (count) => `Place ${calls(count)} again?`,
    effect: "Each number is called once more, by the same agent with the same details.",
  },
  extract: {
    label: "Re-run extraction",
    done: "sent to extraction",
    question: (count) => `Re-run extraction for ${calls(count)}?`,
    effect:
      "A new revision takes the place of each record, also of those a person approved or corrected. Earlier revisions stay.",
  },
};

const FITS: Record<Action, (call: CallSummary) => boolean> = {
  cancel: ({ status }) => status === "queued" || status === "scheduled",
  stop: ({ status }) => status === "in_progress",
  again: ({ status, source, to_number }) =>
    !isOpen(status) && source === "outbound" && to_number !== null,
  extract: ({ record_status }) => record_status !== null && record_status !== "pending",
};

/** The calls with which something can be done. */
export function affected(action: Action, among: readonly CallSummary[]): CallSummary[] {
  return among.filter(FITS[action]);
}

/** Does it one after the other, past failures, and gives those. */
export async function doWithEach<T>(
  all: readonly T[],
  act: (one: T) => Promise<unknown>,
): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (const one of all) await act(one).catch((error: unknown) => failures.push(error));
  return failures;
}

/** To whom calls were assigned, in words; `name` null: to nobody. */
export function assigned(done: number, asked: number, name: string | null): string {
  const what = `${calls(done)} assigned to ${name ?? "nobody"}`;
  return done === asked ? what : `${what}, ${asked - done} refused`;
}

/** What came of it, in words. */
export function outcome(action: Action, done: number, asked: number): string {
  const what = `${calls(done)} ${ACTIONS[action].done}`;
  return done === asked ? what : `${what}, ${asked - done} refused`;
}
