import type { Disclosure, OptOut, Share } from "@/api/conduct";

/** What an agent may have to say, in words. */
export const DISCLOSURES: Record<Disclosure, string> = {
  ai: "That an AI calls",
  caller: "Who calls",
  opt_out: "How to opt out",
  recording: "That the call is recorded",
};

/** What became of an opt-out. */
export const OPT_OUTS = {
  suppressed: { label: "Not called again", tone: "good" },
  recorded: { label: "Known already", tone: "quiet" },
  needs_review: { label: "Needs a decision", tone: "attention" },
  dismissed: { label: "Was none", tone: "quiet" },
} as const satisfies Record<OptOut["status"], { label: string; tone: string }>;

/** Of the calls that had to say it, how many did; the days added up. */
export interface Total {
  disclosure: Disclosure;
  calls: number;
  made: number;
  days: Share[];
}

export function totalsOf(shares: readonly Share[]): Total[] {
  const totals = new Map<Disclosure, Total>();
  for (const share of shares) {
    const { disclosure } = share;
    const total = totals.get(disclosure) ?? { disclosure, calls: 0, made: 0, days: [] };
    total.calls += share.calls;
    total.made += share.made;
    total.days.push(share);
    totals.set(disclosure, total);
  }
  return [...totals.values()];
}

export function percentOf({ calls, made }: { calls: number; made: number }): number {
  return calls === 0 ? 100 : Math.floor((100 * made) / calls);
}
