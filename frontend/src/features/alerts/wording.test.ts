import { expect, it } from "vitest";
import type { Alert } from "@/api/alerts";
import { asStored, asTyped, conditionOf, foundOf, spanOf } from "./wording";

const ALERT = {
  metric: "answered_by_people_percent",
  comparison: "below",
  threshold: 30,
  window_minutes: 60,
  value: 12.345,
  baseline: null,
  samples: 40,
  checked_at: "2026-11-21T08:00:00Z",
} as unknown as Alert;

it("says when it is told", () => {
  expect(conditionOf(ALERT)).toBe("Calls answered by people is below 30%, over an hour");
  expect(
    conditionOf({
      metric: "calls",
      comparison: "falls_by_percent",
      threshold: 50,
      window_minutes: 1440,
    }),
  ).toBe("Number of calls falls by 50% against the weeks before, over a day");
  expect(
    conditionOf({
      metric: "duration_ms",
      comparison: "above",
      threshold: 90_000,
      window_minutes: 90,
    }),
  ).toBe("Average length is above 1.5 min, over 90 minutes");
});

it("says what was found, or why nothing was", () => {
  expect(foundOf(ALERT)).toBe("12.3%");
  expect(foundOf({ ...ALERT, baseline: 50 })).toBe("12.3%, usually 50%");
  expect(foundOf({ ...ALERT, value: null, samples: 3 })).toBe("Too few calls to say (3)");
  expect(foundOf({ ...ALERT, value: null, checked_at: null })).toBe("Not looked at yet");
  expect(foundOf({ ...ALERT, value: null, is_hidden: true })).toContain("Not shown to reviewers");
  expect(foundOf({ ...ALERT, metric: "webhooks_missed", value: null })).toContain("Not known");
});

it("names fields of records", () => {
  const of = (metric: string) => conditionOf({ ...ALERT, metric }).split(" is below")[0];
  expect(of("field:boxes")).toBe("Record field boxes");
  expect(of("field:status=late")).toBe("Record field status is late");
  expect(of("filled:boxes")).toBe("Record field boxes is known");
});

it.each([
  ["duration_ms", "above", 1.5, 90_000],
  ["cost_cents", "above", 12.5, 1250],
  ["calls", "below", 3, 3],
  ["cost_cents", "rises_by_percent", 50, 50],
] as const)("takes what is typed for %s that is %s", (metric, comparison, typed, stored) => {
  expect(asStored(metric, comparison, typed)).toBe(stored);
  expect(asTyped(metric, comparison, stored)).toBe(typed);
});

it.each([
  [60, "an hour"],
  [120, "2 hours"],
  [1440, "a day"],
  [10_080, "7 days"],
  [45, "45 minutes"],
])("names a span of %s minutes", (minutes, name) => {
  expect(spanOf(minutes)).toBe(name);
});
