import { expect, test } from "vitest";
import { DAYS, readHours, writeHours } from "./ruleWords";

test("hours are read as they are written", () => {
  const hours = [
    { days: DAYS.slice(0, 5), from: "09:00", to: "21:30" },
    { days: DAYS.slice(5), from: "10:00", to: "18:00" },
  ];

  expect(writeHours(hours)).toBe("mon-fri 09:00-21:30\nsat,sun 10:00-18:00");
  expect(readHours(writeHours(hours))).toEqual(hours);
});

test.each(["mon", "fri-mon 08:00-09:00", "8 to 9", "someday 08:00-09:00"])(
  "what says no hours is not read: %s",
  (line) => {
    expect(readHours(line)).toBeNull();
  },
);

test("no lines are no hours", () => {
  expect(readHours("\n")).toEqual([]);
});
