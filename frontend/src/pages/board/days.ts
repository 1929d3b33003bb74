/** What the days of the board's chart show. */
import type { CallDay } from "@/api/calls";
import { formatCents, formatCount } from "@/parts/money";

interface Measure {
  label: string;
  /** Null: there is nothing to be a share of. */
  of: (day: CallDay) => number | null;
  say: (value: number) => string;
  /** What a full column stands for, where it does not follow from the days. */
  most?: number;
}

const percent = (value: number) => `${Math.round(value)}%`;

export const MEASURES = {
  calls: { label: "Calls", of: ({ calls }) => calls, say: formatCount },
  answered: {
    label: "Answered by people",
    of: ({ answered_by_people, dialed }) => share(answered_by_people, dialed),
    say: percent,
    most: 100,
  },
  good: {
    label: "Records passed checks",
    of: ({ records_good, records }) => share(records_good, records),
    say: percent,
    most: 100,
  },
  review: {
    label: "To review",
    of: ({ to_review, records }) => share(to_review, records),
    say: percent,
    most: 100,
  },
  cost: {
    label: "Spent on calls",
    of: ({ cost_cents }) => Math.round(cost_cents),
    say: formatCents,
  },
} as const satisfies Record<string, Measure>;

export type MeasureName = keyof typeof MEASURES;

export interface Column {
  day: string;
  value: number | null;
  /** How high it is, in percent of the highest that can be. */
  height: number;
  said: string;
}

/** The columns of the chart, and what its top stands for. */
export function columnsOf(days: readonly CallDay[], name: MeasureName) {
  const measure: Measure = MEASURES[name];
  const values = days.map((day) => measure.of(day));
  const most = measure.most ?? Math.max(1, ...values.map((value) => value ?? 0));
  const columns = days.map(({ day }, place): Column => {
    const value = values[place] ?? null;
    return {
      day,
      value,
      height: ((value ?? 0) / most) * 100,
      said: value === null ? "–" : measure.say(value),
    };
  });
  return { columns, top: measure.say(most) };
}

function share(part: number, whole: number): number | null {
  return whole ? (100 * part) / whole : null;
}
