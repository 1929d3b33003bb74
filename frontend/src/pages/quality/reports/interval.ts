import type { Figure } from "@/api/reports";
import { sayScore } from "@/features/evaluation/verdicts";

/** A 95 % interval in words; nothing where there is none. */
export function sayInterval(interval: Figure["interval"], unit = ""): string | undefined {
  return interval ? `${sayScore(interval.low)} to ${sayScore(interval.high)}${unit}` : undefined;
}
