import type { Turn } from "@/api/calls";
import type { Place } from "@/api/records";

const TABS = ["evaluation", "analysis", "conduct"] as const;

/** What the address of a call says besides the call: a tab, or turns to show. */
export interface CallSearch {
  tab?: (typeof TABS)[number];
  /** By which policy the evaluation is, where the call has several. */
  policy?: string;
  /** Numbers of turns to light, and to be at. */
  turns?: number[];
  /** Whether they are played as well. */
  play?: true;
}

export function readCallSearch(search: Record<string, unknown>): CallSearch {
  const { tab, policy, turns, play } = search;
  const wanted = Array.isArray(turns) ? turns.filter((each) => Number.isInteger(each)) : [];
  return {
    ...(isTab(tab) && { tab }),
    ...(typeof policy === "string" && { policy }),
    ...(wanted.length > 0 && { turns: wanted as number[] }),
    ...(play === true && { play }),
  };
}

function isTab(tab: unknown): tab is NonNullable<CallSearch["tab"]> {
  return TABS.some((each) => each === tab);
}

/** The turns that the address names, as a place to show; null where it names none that exist. */
export function placeOf(transcript: readonly Turn[], turns: number[] = []): Place | null {
  const named = transcript.filter(({ turn }) => turns.includes(turn));
  if (named.length === 0) return null;
  const begun = named.find(({ start_ms: start }) => start !== null && start !== undefined);
  return { turns: named.map(({ turn }) => turn), start_ms: begun?.start_ms ?? null };
}
