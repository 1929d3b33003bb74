/** Alerts in words: what is watched, when it is told, and what was found. */
import type { Alert } from "@/api/alerts";
import { inUnits, metricLabel, MS_A_MINUTE, rounded, unitOf } from "@/parts/metrics";

export const COMPARISONS: Record<Alert["comparison"], string> = {
  above: "is above",
  below: "is below",
  rises_by_percent: "rises by",
  falls_by_percent: "falls by",
};

export function isRelative(comparison: Alert["comparison"]): boolean {
  return comparison === "rises_by_percent" || comparison === "falls_by_percent";
}

/** What people type is in minutes and dollars; the service counts in milliseconds and cents. */
export function asTyped(metric: string, comparison: Alert["comparison"], value: number): number {
  if (isRelative(comparison)) return value;
  if (unitOf(metric) === "minutes") return value / MS_A_MINUTE;
  return unitOf(metric) === "cents" ? value / 100 : value;
}

export function asStored(metric: string, comparison: Alert["comparison"], typed: number): number {
  if (isRelative(comparison)) return typed;
  if (unitOf(metric) === "minutes") return Math.round(typed * MS_A_MINUTE);
  return unitOf(metric) === "cents" ? Math.round(typed * 100) : typed;
}

/** When it is told: "Calls answered by people is below 30% over an hour". */
export function conditionOf(
  alert: Pick<Alert, "metric" | "comparison" | "threshold" | "window_minutes">,
): string {
  const { metric, comparison, threshold, window_minutes: minutes } = alert;
  const bound = isRelative(comparison)
    ? `${rounded(threshold)}% against the weeks before`
    : inUnits(metric, threshold);
  return `${metricLabel(metric)} ${COMPARISONS[comparison]} ${bound}, over ${spanOf(minutes)}`;
}

export function spanOf(minutes: number): string {
  if (minutes % 1440 === 0) return minutes === 1440 ? "a day" : `${minutes / 1440} days`;
  if (minutes % 60 === 0) return minutes === 60 ? "an hour" : `${minutes / 60} hours`;
  return `${minutes} minutes`;
}

/** What the last check found, with what it was compared with. */
export function foundOf(alert: Alert): string {
  const { metric, value, baseline, samples, checked_at: at, is_hidden: isHidden } = alert;
  if (isHidden) return "Not shown to reviewers, since the agent masks values";
  if (at === null && value === null) return "Not looked at yet";
  // Of a count, none is a number too: of events there is none where they are not kept for so long.
  if (value === null && unitOf(metric) === "count")
    return "Not known, since events are kept for less long";
  if (value === null) return `Too few calls to say (${samples})`;
  const usual = baseline === null ? "" : `, usually ${inUnits(metric, baseline)}`;
  return `${inUnits(metric, value)}${usual}`;
}
