import { expect, it } from "vitest";
import { daysOf, SPANS, spanOf } from "./spans";

const NOW = new Date(2026, 2, 1, 0, 30);

it("counts days of the viewer's calendar, across months", () => {
  expect(daysOf("week", NOW)).toEqual({ from: "2026-02-23", until: "2026-03-01" });
  expect(daysOf("yesterday", NOW)).toEqual({ from: "2026-02-28", until: "2026-02-28" });
});

it.each(SPANS)("knows $label again from its days", ({ value }) => {
  expect(spanOf(daysOf(value, NOW), NOW)).toBe(value);
});

it("calls any other days custom, and none nothing", () => {
  expect(spanOf({ from: "2026-01-01" }, NOW)).toBe("custom");
  expect(spanOf({}, NOW)).toBeNull();
});
