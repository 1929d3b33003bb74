/** Figures in words. Pure. */
import type { Finding, RecordField, VersionComparison } from "@/api/insights";
import { FIELD, FILLED, inUnits, METRICS, metricLabel, rounded } from "@/parts/metrics";
import { formatCents } from "@/parts/money";
import { humanise } from "@/parts/words";

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
  if (isPercent(metric, fields)) return `${rounded(value)}%`;
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
  /** How sure both are, in 95 of 100 cases; null where it is not known. */
  nowBetween: string | null;
  beforeBetween: string | null;
  /** How much it changed, as statisticians call it. */
  effect: string | null;
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
    if (moved !== null) return `${sayChoice(moved)} ${rounded(value.shares?.[moved] ?? 0)}%`;
    return `${say(metric, value.value, fields)}${isByDay && value.value !== null ? " a day" : ""}`;
  };
  const between = ({ interval }: typeof window) =>
    interval && `${say(metric, interval.low, fields)} to ${say(metric, interval.high, fields)}`;
  const told = {
    now: side(window),
    before: side(baseline),
    nowBetween: between(window),
    beforeBetween: between(baseline),
    effect: effectOf(finding),
  };
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

const EFFECTS = {
  cohens_h: "Cohen’s h",
  cliffs_delta: "Cliff’s delta",
  cramers_v: "Cramér’s V",
} as const;

function effectOf({ effect, effect_size: size }: Finding): string | null {
  if (!effect || size === null) return null;
  return `${EFFECTS[effect]} ${size.toFixed(2).replace("-", "−")}`;
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

const TRAFFIC = {
  source: "came about in other ways",
  number: "were on other numbers of yours",
  weekday: "were on other days of the week",
  hours: "were at other times of day",
} as const;

const ENDS = {
  complete: null,
  superseded: "It is not looked at any more, since the next version is live.",
  archived: "It is not looked at any more, since the agent is archived.",
  too_old: "It is not looked at any more: it has been live for 60 days.",
  baseline_gone:
    "It is not looked at any more, since the calls of the version before are not kept.",
} as const;

interface ComparisonTold {
  tone: "attention" | "good" | "quiet";
  /** In a word or two. */
  verdict: string;
  /** In sentences, each whole. */
  sentences: string[];
}

/** How a version compares with the one before, as its author reads it. */
export function tellComparison(comparison: VersionComparison): ComparisonTold {
  const { verdict, calls, baseline_version: before, other_traffic: traffic } = comparison;
  const { next_look_at: next, ended_because: end, items } = comparison;
  const after = end && ENDS[end];
  const ending = after ? [after] : [];
  if (verdict === "too_few") {
    const why =
      before === null
        ? "No version before it has had 30 calls, so there is nothing to compare it with yet."
        : `It has had ${calls} of the 50 calls that it takes to say anything.`;
    return { tone: "quiet", verdict: "Too few calls to say", sentences: [why, ...ending] };
  }
  const differing = items.filter((each) => each.verdict === "drift").length;
  const sure = `${calls} calls, against ${comparison.baseline_calls} of version ${before}.`;
  const coming = next === null ? [] : [`It is looked at again after ${next} calls.`];
  if (differing === 0)
    return {
      tone: "good",
      verdict: `No difference from version ${before}`,
      sentences: [`${sure} Nothing can be told apart.`, ...coming, ...ending],
    };
  const named = traffic.map((kind) => TRAFFIC[kind]);
  const aside = named.length > 0 ? [`Its calls ${inARow(named)}, which may be why.`] : [];
  return {
    tone: "attention",
    verdict: `Differs from version ${before}`,
    sentences: [sure, ...aside, ...coming, ...ending],
  };
}

function inARow(items: readonly string[]): string {
  return new Intl.ListFormat("en-US").format(items);
}
