/** What the figures of a calibration say, in words. */
import type { Agreement } from "@/api/calibrations";
import type { Criterion } from "@/api/policies";
import type { Tone } from "@/parts/statuses";

/** The criteria that a judge answers: what a rule measures has nothing to agree on. */
export function judgedOf(criteria: readonly Criterion[]): Criterion[] {
  return criteria.filter(({ rule }) => !rule);
}

export function standing({ reliable, n }: Pick<Agreement, "reliable" | "n">): {
  label: string;
  tone: Tone;
} {
  if (reliable === null || n === 0) return { label: "Not measured", tone: "quiet" };
  return reliable
    ? { label: "Reliable", tone: "good" }
    : { label: "Unreliable", tone: "attention" };
}

/** A figure of agreement, from -1 to 1. */
export function sayFigure(figure: number | null): string {
  return figure === null ? "–" : figure.toFixed(2);
}
