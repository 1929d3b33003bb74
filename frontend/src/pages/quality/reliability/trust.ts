/** How far a criterion's verdicts can be trusted, in words. Pure. */
import type { Criterion } from "@/api/policies";
import type { GoldenRun, Measurement, Reliability } from "@/api/reliability";
import type { Point } from "@/parts/charts/scale";
import type { Tone } from "@/parts/statuses";

export interface Trust {
  label: string;
  tone: Tone;
  counts: boolean;
  /** What to do about it; null: nothing. */
  advice: string | null;
}

/** Where a criterion stands: whether its judge is reliable, and whether it counts in scores. */
export function trustOf(
  criterion: Pick<Criterion, "rule" | "weight">,
  found: Reliability | undefined,
): Trust {
  if (criterion.rule)
    return { label: "Rule", tone: "quiet", counts: criterion.weight > 0, advice: null };
  const counts = criterion.weight > 0 && found?.reliable !== false;
  if (!found || (found.reliable === null && found.measurements.length === 0))
    return { label: "Not measured", tone: "quiet", counts, advice: null };
  if (found.reliable === null)
    return {
      label: "Too few calls",
      tone: "quiet",
      counts,
      advice: "Calibrate it on at least 5 calls.",
    };
  if (!found.is_worded_as_measured)
    return {
      label: "Reworded",
      tone: "attention",
      counts,
      advice: found.reliable
        ? "The question has changed since it was measured. Publish it and calibrate again."
        : "Left out of scores until the new wording is published and measured.",
    };
  return found.reliable
    ? { label: "Reliable", tone: "good", counts, advice: null }
    : {
        label: "Unreliable",
        tone: "bad",
        counts,
        advice:
          "Left out of scores. Make the question clearer, publish it, and calibrate again; or measure the same wording on more calls.",
      };
}

/** The calibration that decides; null where none does. */
export function decisive({ calibration_id, measurements }: Reliability): Measurement | null {
  return (
    measurements.find((each) => each.calibration_id === calibration_id) ?? measurements[0] ?? null
  );
}

/** Measurements by what was asked and in which form, the latest first. */
export function byWording(
  measurements: readonly Measurement[],
): { question: string; isNow: boolean; found: Measurement[] }[] {
  const groups = new Map<string, Measurement[]>();
  for (const each of measurements) {
    const wording = `${each.is_worded_as_now} ${each.question}`;
    groups.set(wording, [...(groups.get(wording) ?? []), each]);
  }
  return [...groups.values()].map((found) => ({
    question: found[0]?.question ?? "",
    isNow: found[0]?.is_worded_as_now ?? false,
    found,
  }));
}

/** How near the judge came to people in a run: of one criterion, or of all, weighed by calls. */
export function percentOf({ agreement }: GoldenRun, key: string | null): number | null {
  const wanted = agreement.filter((each) => key === null || each.key === key);
  const calls = wanted.reduce((sum, { n }) => sum + n, 0);
  if (calls === 0) return null;
  return wanted.reduce((sum, { percent, n }) => sum + percent * n, 0) / calls;
}

/** Runs as a chart shows them, the oldest first; those at work are left out. */
export function pointsOf(
  runs: readonly GoldenRun[],
  key: string | null,
  say: (at: string) => string,
): Point[] {
  return runs
    .filter(({ done_at }) => done_at !== null)
    .toReversed()
    .map((run) => ({ label: say(run.created_at), value: percentOf(run, key) }));
}
