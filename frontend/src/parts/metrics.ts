/** The numbers that charts show and alerts watch: what they are called, and in which units. Pure. */
import { formatCents } from "./money";

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

/** Before the name of a record's field that is watched. */
export const FIELD = "field:";
export const FILLED = "filled:";
export const MS_A_MINUTE = 60_000;

export function metricLabel(metric: string): string {
  if (metric.startsWith(FILLED)) return `Record field ${metric.slice(FILLED.length)} is known`;
  const named = metric.slice(FIELD.length).replace("=", " is ");
  return METRICS[metric]?.label ?? `Record field ${named}`;
}

export function unitOf(metric: string): Unit {
  return METRICS[metric]?.unit ?? "plain";
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

export function rounded(value: number): string {
  return new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 }).format(value);
}
