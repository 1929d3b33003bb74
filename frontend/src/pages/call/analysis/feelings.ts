import type { Moment } from "@/api/analysis";
import type { Turn } from "@/api/calls";
import { SPEAKERS } from "@/features/transcript/speakers";
import { asClock } from "@/parts/time";

export const LEVELS = ["Very negative", "Negative", "Neutral", "Positive", "Very positive"];

export function speakerName(speaker: string | null): string {
  return speaker !== null && speaker in SPEAKERS ? SPEAKERS[speaker as Turn["role"]] : "Somebody";
}

export function levelName({ level }: Moment): string {
  return LEVELS[level + 2] ?? "Neutral";
}

/** The moments of each speaker, in the order in which they first spoke. */
export function linesOf(moments: readonly Moment[]): [speaker: string, moments: Moment[]][] {
  const lines = new Map<string, Moment[]>();
  for (const moment of moments) {
    const name = speakerName(moment.speaker);
    lines.set(name, [...(lines.get(name) ?? []), moment]);
  }
  return [...lines];
}

/** Where a moment lies between the first and the last, from 0 to 1: by time, or else by turn. */
export function placesOf(moments: readonly Moment[]): (moment: Moment) => number {
  const isTimed = moments.every(({ start_ms }) => start_ms !== null);
  const at = (moment: Moment) => (isTimed ? (moment.start_ms ?? 0) : moment.turn);
  const all = moments.map(at);
  const [first, last] = [Math.min(...all), Math.max(...all)];
  return (moment) => (last > first ? (at(moment) - first) / (last - first) : 0.5);
}

/** `Caller at 0:24: negative, about the price`. */
export function sayMoment(moment: Moment): string {
  const when = moment.start_ms === null ? `turn ${moment.turn}` : asClock(moment.start_ms);
  const about = moment.about ? `, about ${moment.about}` : "";
  return `${speakerName(moment.speaker)} at ${when}: ${levelName(moment).toLowerCase()}${about}`;
}
