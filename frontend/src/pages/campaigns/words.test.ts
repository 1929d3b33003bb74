import { describe, expect, test } from "vitest";
import { kindOf } from "@/api/campaigns";
import { inWords, minutesOf, percent, range, stepsOf, through } from "./words";

const counts = {
  contacts: 8,
  waiting: 3,
  running: 1,
  done: 2,
  exhausted: 1,
  refused: 1,
  canceled: 0,
};

describe("a campaign in words", () => {
  test("reasons read as words", () => {
    expect(inWords("too_many_failed")).toBe("too many failed");
    expect(inWords(null)).toBe("");
  });

  test("what is through is all but those who wait or are called", () => {
    expect(through({ counts })).toBe(50);
    expect(through({ counts: { ...counts, contacts: 0 } })).toBe(0);
  });

  test("what is over can take no step", () => {
    expect(stepsOf("completed")).toEqual([]);
    expect(stepsOf("paused")).toContain("resume");
  });

  test("minutes are whole numbers with commas", () => {
    expect(minutesOf("15, 60")).toEqual([15, 60]);
    expect(minutesOf("soon")).toBeNull();
    expect(minutesOf("")).toBeNull();
  });

  test("files are told apart by their names", () => {
    expect(kindOf("Drivers.XLSX")).toContain("spreadsheetml");
    expect(kindOf("drivers.csv")).toBe("text/csv");
  });
});

test("a share is told with its interval, and one of nothing not at all", () => {
  expect(percent(12)).toBe("12.0 %");
  expect(range(8.25, 17)).toBe("8.3–17.0 %");
  expect([percent(null), range(null, 4)]).toEqual(["—", "—"]);
});
