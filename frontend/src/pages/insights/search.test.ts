import { expect, it } from "vitest";
import { asQuery } from "@/api/callFilters";
import { filtersOf, readInsightsSearch, sinceOf } from "./search";

it("keeps of an address what makes sense", () => {
  const search = { metric: "field:outcome=done", by: "week", agent: "a", days: 90 };
  expect(readInsightsSearch(search)).toEqual(search);
  expect(readInsightsSearch({ metric: "a b", by: "moon", agent: 3, days: 8 })).toEqual({});
});

it("begins with the first of the days", () => {
  expect(sinceOf(7, new Date(2026, 2, 3, 12))).toBe(new Date(2026, 1, 25).toISOString());
});

it("leads from a day to its calls", () => {
  const calls = {
    agent_id: "a",
    created_after: new Date(2026, 10, 2).toISOString(),
    created_before: new Date(2026, 10, 3).toISOString(),
  };
  const filters = filtersOf(calls);
  expect(filters).toEqual({ agent: "a", from: "2026-11-02", until: "2026-11-02" });
  expect(asQuery(filters)).toMatchObject(calls);
});

it("leads from weekdays, hours, numbers, versions, values and lengths to their calls", () => {
  const calls = {
    agent_version: 3,
    number: "+14155550199",
    weekday: 7,
    hour: 0,
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    field: "late:true",
    status: "ended",
    min_duration_ms: 30_000,
    max_duration_ms: 34_999,
  };
  expect(asQuery(filtersOf(calls))).toMatchObject({ ...calls, field: ["late:true"] });
});

it("leads from shares to the calls they count", () => {
  const calls = { source: "outbound", answered_by: "human", record_status: "needs_review" };
  expect(asQuery(filtersOf(calls))).toMatchObject(calls);
});
