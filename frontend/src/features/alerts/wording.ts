/** Alerts in words: what is watched, when it is told, and what was found. */
import type { Alert } from "@/api/alerts";
import { formatCents } from "@/parts/money";

type Unit = "count" | "percent" | "minutes" | "cents" | "points" | "plain";

export const METRICS: Record<string, { label: string; unit: Unit }> = {
  answered_by_people_percent: { label: "Calls answered by people", unit: "percent" },
  calls: { label: "Number of calls", unit: "count" },
  duration_ms: { label: "Average length", unit: "minutes" },
  cost_cents: { label: "Spent on calls", unit: "cents" },
  valid_percent: { label: "Valid records", unit: "percent" },
  review_percent: { label: "Records that need review", unit: "percent" },
  score: { label: "Average score", unit: "points" },
  passed_percent: { label: "Evaluations passed", unit: "percent" },
  webhooks_missed: { label: "Webhooks missed", unit: "count" },
  deliveries_dead: { label: "Deliveries given up", unit: "count" },
};

export const COMPARISONS: Record<Alert["comparison"], string> = {
  above: "is above",
  below: "is below",
  rises_by_percent: "rises by",
  falls_by_percent: "falls by",
};

/** Before the name of a record's field that is watched. */
export const FIELD = "field:";
const MS_A_MINUTE = 60_000;

export function isRelative(comparison: Alert["comparison"]): boolean {
  return comparison === "rises_by_percent" || comparison === "falls_by_percent";
}

export function metricLabel(metric: string): string {
  return METRICS[metric]?.label ?? `Record field ${metric.slice(FIELD.length)}`;
}

export function unitOf(metric: string): Unit {
  return METRICS[metric]?.unit ?? "plain";
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

/** A number of this metric, as people read it. */
export function inUnits(metric: string, value: number): string {
  switch (unitOf(metric)) {
    case "percent":
      return `${rounded(value)}%`;
    case "minutes":
      return `${rounded(value / MS_A_MINUTE)} min`;
    case "cents":
      return formatCents(Math.round(value));
    default:
      return rounded(value);
  }
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
  if (value === null) return `Too few calls to say (${samples})`;
  const usual = baseline === null ? "" : `, usually ${inUnits(metric, baseline)}`;
  return `${inUnits(metric, value)}${usual}`;
}

function rounded(value: number): string {
  return new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 }).format(value);
}
