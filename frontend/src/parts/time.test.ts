import { describe, expect, it } from "vitest";
import { ago, asClock, briefly } from "./time";
import { startOfDay } from "@/api/days";

type Parts = [
  year: number,
  month: number,
  day: number,
  hour?: number,
  minute?: number,
  second?: number,
];

const now = new Date(2026, 10, 21, 14, 30, 0);
const at = (...parts: Parts) => new Date(...parts).toISOString();

describe("an instant", () => {
  it("of today is shown as clocks are read", () => {
    expect(briefly(at(2026, 10, 21, 9, 5, 7), now, "en-GB")).toBe("9:05");
    expect(briefly(at(2026, 10, 21, 17, 15, 15), now, "en-US")).toMatch(/^5:15.PM$/);
  });

  it("of this week names the day", () => {
    expect(briefly(at(2026, 10, 18, 9, 5), now, "en-GB")).toBe("Wed 09:05");
  });

  it("of exactly a week ago is not taken for today's weekday", () => {
    expect(briefly(at(2026, 10, 14, 14, 30), now, "en-GB")).toBe("14 Nov, 14:30");
  });

  it("of another year names the year", () => {
    expect(briefly(at(2025, 1, 3, 9, 5), now, "en-GB")).toBe("3 Feb 2025");
  });

  it("is told from now in the largest unit that fits", () => {
    expect(ago(at(2026, 10, 21, 14, 26, 30), now, "en")).toBe("3 minutes ago");
    expect(ago(at(2026, 10, 20, 14, 0), now, "en")).toBe("yesterday");
  });

  it("that the clock has not come to yet was just now", () => {
    expect(ago(now.toISOString(), now, "en")).toBe("just now");
    expect(ago(at(2026, 10, 21, 14, 30, 3), now, "en")).toBe("just now");
  });

  it("of midnight begins the viewer's day", () => {
    expect(startOfDay(now)).toBe(at(2026, 10, 21));
  });
});

describe("a duration", () => {
  it.each([
    [0, "0:00"],
    [7_900, "0:07"],
    [725_000, "12:05"],
    [3_753_000, "1:02:33"],
    [-5, "0:00"],
  ])("of %i ms reads %s", (milliseconds, text) => {
    expect(asClock(milliseconds)).toBe(text);
  });
});
