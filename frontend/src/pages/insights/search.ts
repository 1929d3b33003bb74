/** What the page shows, as its address keeps it; and the calls behind a point. Pure. */
import type { CallFilters } from "@/api/callFilters";
import { startOfDay } from "@/api/days";
import type { SeriesBy } from "@/api/insights";
import { readCallFilters } from "@/features/call-list/filters";

export interface InsightsSearch {
  metric?: string;
  by?: SeriesBy;
  agent?: string;
  days?: number;
}

export const SPANS = [7, 30, 90, 365] as const;
export const USUAL_DAYS = 30;
export const USUAL_METRIC = "answered_by_people_percent";

export const BY: Record<SeriesBy, string> = {
  day: "By day",
  week: "By week",
  weekday: "By day of the week",
  hour: "By hour of the day",
  agent: "By agent",
  version: "By version",
  number: "By number",
};

const METRIC = /^([a-z_]+|(field|filled):[A-Za-z]\w{0,63}(=.{1,200})?)$/;

export function readInsightsSearch(search: Record<string, unknown>): InsightsSearch {
  const { metric, by, agent, days } = search;
  return {
    ...(typeof metric === "string" && METRIC.test(metric) && { metric }),
    ...(typeof by === "string" && Object.hasOwn(BY, by) && { by: by as SeriesBy }),
    ...(typeof agent === "string" && { agent }),
    ...(SPANS.some((each) => each === days) && { days: days as number }),
  };
}

/** When the first of the last so many days began, today among them. */
export function sinceOf(days: number, now: Date): string {
  return startOfDay(new Date(now.getFullYear(), now.getMonth(), now.getDate() - (days - 1)));
}

const MS_A_MINUTE = 60_000;

/** The calls page's filters for what the service says is behind a point. */
export function filtersOf(calls: Record<string, unknown>): CallFilters {
  const before = calls.created_before;
  const text = (name: string) => (typeof calls[name] === "string" ? calls[name] : undefined);
  const minutes = (name: string) => Number(calls[name] ?? NaN) / MS_A_MINUTE;
  return readCallFilters({
    agent: calls.agent_id,
    version: calls.agent_version,
    number: calls.number,
    weekday: calls.weekday,
    hour: calls.hour,
    source: calls.source,
    status: calls.status,
    answered: calls.answered_by,
    record: calls.record_status,
    field: text("field"),
    longer: minutes("min_duration_ms"),
    shorter: minutes("max_duration_ms"),
    from: text("created_after") && dayOf(new Date(String(calls.created_after))),
    // Its day is that of the instant before.
    until: typeof before === "string" && dayOf(new Date(Date.parse(before) - 1)),
  });
}

function dayOf(at: Date): string {
  const parts = [at.getFullYear(), at.getMonth() + 1, at.getDate()];
  return parts.map((part) => String(part).padStart(2, "0")).join("-");
}
