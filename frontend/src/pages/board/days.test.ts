import { expect, it } from "vitest";
import { columnsOf } from "./days";

const NOTHING = {
  calls: 0,
  dialed: 0,
  answered_by_people: 0,
  records: 0,
  records_good: 0,
  to_review: 0,
  cost_cents: 0,
};
const DAYS = [
  { ...NOTHING, day: "2026-11-28" },
  { ...NOTHING, day: "2026-11-29", calls: 8, dialed: 8, answered_by_people: 2, cost_cents: 96 },
];

it("is as high as its day has of the highest day", () => {
  const { columns, top } = columnsOf(
    [...DAYS, { ...NOTHING, day: "2026-11-30", calls: 4 }],
    "calls",
  );
  expect(columns.map(({ height }) => height)).toEqual([0, 100, 50]);
  expect(top).toBe("8");
});

it("shows shares of all there is, and none where there is nothing to share", () => {
  const { columns, top } = columnsOf(DAYS, "answered");
  expect(columns.map(({ value, height, said }) => [value, height, said])).toEqual([
    [null, 0, "–"],
    [25, 25, "25%"],
  ]);
  expect(top).toBe("100%");
});

it("has columns for days without any calls", () => {
  expect(columnsOf(DAYS.slice(0, 1), "calls").columns[0]?.height).toBe(0);
});
