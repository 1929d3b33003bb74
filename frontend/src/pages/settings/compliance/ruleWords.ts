import type { OwnRule, Rule } from "@/api/compliance";

type Hours = NonNullable<Rule["hours"]>;
type Day = Hours[number]["days"][number];

export const DAYS: Day[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** Where a rule binds. */
export function placeOf({ country, state }: Rule): string {
  return [country, state].filter(Boolean).join(", ") || "Everywhere";
}

const SAID: Record<NonNullable<Rule["disclosure"]>, string> = {
  ai: "The agent says that it is an AI",
  caller: "The agent says who calls",
  opt_out: "The agent says how to be called no more",
  recording: "The agent says that the call is recorded",
};

/** What a rule asks, in words. */
export function wordsOf(rule: Rule): string {
  if (rule.kind === "hours") {
    const holidays = rule.holidays ? `; not on holidays of ${rule.holidays}` : "";
    return `${writeHours(rule.hours).replaceAll("\n", "; ") || "Never"}${holidays}`;
  }
  if (rule.kind === "attempts")
    return `At most ${rule.max_attempts} calls to a number in ${rule.per_hours} hours`;
  if (rule.kind === "consent")
    return rule.consent === "written" ? "Consent in writing first" : "Consent first";
  return rule.disclosure ? SAID[rule.disclosure] : "";
}

/** Hours as lines such as `mon-fri 08:00-21:00`. */
export function writeHours(hours: Hours): string {
  return hours.map(({ days, from, to }) => `${writeDays(days)} ${from}-${to}`).join("\n");
}

function writeDays(days: Day[]): string {
  const places = days.map((day) => DAYS.indexOf(day)).sort((a, b) => a - b);
  const first = places[0] ?? 0;
  const isRun = places.every((place, index) => place === first + index);
  const last = places.at(-1) ?? 0;
  if (isRun && places.length > 2) return `${DAYS[first]}-${DAYS[last]}`;
  return places.map((place) => DAYS[place]).join(",");
}

/** Reads such lines; null when one of them says nothing. */
export function readHours(text: string): Hours | null {
  const hours: Hours = [];
  for (const line of text.split("\n").map((each) => each.trim().toLowerCase())) {
    if (!line) continue;
    const [, days, from, to] = /^(\S+)\s+(\d\d:\d\d)\s*[-–]\s*(\d\d:\d\d)$/.exec(line) ?? [];
    const read = days ? readDays(days) : null;
    if (!read || !from || !to) return null;
    hours.push({ days: read, from, to });
  }
  return hours;
}

function readDays(text: string): Day[] | null {
  const found: Day[] = [];
  for (const part of text.split(",")) {
    const [first, last = first] = part.split("-").map((name) => DAYS.indexOf(name as Day));
    if (first === undefined || last === undefined || first < 0 || last < first) return null;
    found.push(...DAYS.slice(first, last + 1));
  }
  return found;
}

/** Gives the rule without its source where that is the law's and the rule is no longer. */
export function cited(rule: Rule, shipped: Rule | null): Omit<OwnRule, "reason"> {
  if (rule.source !== shipped?.source || JSON.stringify(rule) === JSON.stringify(shipped))
    return rule;
  const own: Partial<Rule> & Omit<Rule, "source" | "as_of"> = { ...rule };
  delete own.source;
  delete own.as_of;
  return own;
}
