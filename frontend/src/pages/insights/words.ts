/** Figures in words. Pure. */
import type { Finding, RecordField } from "@/api/insights";
import { METRICS, inUnits, metricLabel } from "@/features/alerts/wording";
import { formatCents } from "@/parts/money";
import { humanise } from "@/parts/words";

const FIELD = "field:";
const FILLED = "filled:";

export function nameOf(metric: string, fields: readonly RecordField[]): string {
  const titled = (name: string) => {
    const title = fields.find((each) => each.name === name)?.title ?? name;
    return title === name ? humanise(name) : title;
  };
  if (metric.startsWith(FILLED)) return `${titled(metric.slice(FILLED.length))}: known at all`;
  if (!metric.startsWith(FIELD)) return metricLabel(metric);
  const [name = "", ...choice] = metric.slice(FIELD.length).split("=");
  return choice.length > 0 ? `${titled(name)}: ${humanise(choice.join("="))}` : titled(name);
}

/** Whether a figure is in percent, which a field's name alone does not tell. */
export function isPercent(metric: string, fields: readonly RecordField[]): boolean {
  if (metric.startsWith(FILLED) || metric.includes("=")) return true;
  const name = metric.startsWith(FIELD) ? metric.slice(FIELD.length) : null;
  if (name !== null) return fields.some((each) => each.name === name && each.kind === "yes_no");
  return METRICS[metric]?.unit === "percent";
}

export function say(metric: string, value: number | null, fields: readonly RecordField[]): string {
  if (value === null) return "–";
  if (isPercent(metric, fields)) return `${round(value)}%`;
  // A single call costs less than a cent now and then.
  return metric === "cost_cents" ? formatCents(value) : inUnits(metric, value);
}

/** What can be shown over time: what alerts know, and the fields of records. */
export function metricsOf(fields: readonly RecordField[]): { group: string; items: string[] }[] {
  const ofFields = fields.flatMap(({ name, kind, choices }) => {
    if (kind === "choice") return choices.map((choice) => `${FIELD}${name}=${choice}`);
    return kind === "text" ? [`${FILLED}${name}`] : [`${FIELD}${name}`];
  });
  return [
    { group: "Calls", items: Object.keys(METRICS) },
    { group: "Record fields", items: ofFields },
  ].filter(({ items }) => items.length > 0);
}

export interface Told {
  tone: "attention" | "good" | "quiet";
  /** What became of it, in a word or two. */
  verdict: string;
  now: string;
  before: string;
}

/** What was found of a metric, as a manager reads it. */
export function tell(finding: Finding, fields: readonly RecordField[]): Told {
  const { metric, verdict, window, baseline, is_by_day: isByDay } = finding;
  const moved = mostMoved(finding);
  const side = (value: typeof window) => {
    if (moved !== null) return `${sayChoice(moved)} ${round(value.shares?.[moved] ?? 0)}%`;
    return `${say(metric, value.value, fields)}${isByDay && value.value !== null ? " a day" : ""}`;
  };
  const told = { now: side(window), before: side(baseline) };
  if (verdict === "too_few") return { ...told, tone: "quiet", verdict: "Too few to say" };
  if (verdict === "no_drift") return { ...told, tone: "good", verdict: "No change" };
  const way = moved !== null ? "Shifted" : (finding.effect_size ?? 0) > 0 ? "Rose" : "Fell";
  return { ...told, tone: "attention", verdict: `${way} ${sizeOf(finding)}` };
}

/** The metric whose chart shows it: of a field with choices, that of what moved most. */
export function chartOf(finding: Finding): string {
  const moved = mostMoved(finding);
  if (moved === null) return finding.metric;
  // How many have no value is what those are missing that have one.
  if (moved === "") return `${FILLED}${finding.metric.slice(FIELD.length)}`;
  return `${finding.metric}=${moved}`;
}

/** The choice whose share moved most; null: there are no choices. */
function mostMoved({ window, baseline }: Finding): string | null {
  const [now, before] = [window.shares, baseline.shares];
  if (!now || !before) return null;
  const moves = Object.keys({ ...now, ...before }).map(
    (name) => [name, Math.abs((now[name] ?? 0) - (before[name] ?? 0))] as const,
  );
  return moves.toSorted((one, other) => other[1] - one[1])[0]?.[0] ?? null;
}

function sayChoice(value: string): string {
  return value === "" ? "no value" : humanise(value);
}

/** From where on an effect of a kind is called clear, and large. */
const SIZES = {
  cohens_h: [0.35, 0.65],
  cliffs_delta: [0.25, 0.45],
  cramers_v: [0.2, 0.4],
} as const;

function sizeOf({ effect, effect_size: size }: Finding): string {
  if (!effect || size === null) return "";
  const [clear, large] = SIZES[effect];
  if (Math.abs(size) >= large) return "a lot";
  return Math.abs(size) >= clear ? "clearly" : "a little";
}

/** What changed first, then what did not, then what nobody can say. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const places = { drift: 0, no_drift: 1, too_few: 2 };
  return findings.toSorted(
    (one, other) =>
      places[one.verdict] - places[other.verdict] ||
      (one.adjusted_p_value ?? 1) - (other.adjusted_p_value ?? 1),
  );
}

function round(value: number): string {
  return new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 }).format(value);
}
