import { expect, it } from "vitest";
import { mondays, readReportSearch, sinceOf } from "./span";

it("counts weeks from their Mondays, this one included", () => {
  const sunday = new Date("2026-11-29T23:30:00Z");
  expect(mondays(3, sunday)).toEqual(["2026-11-09", "2026-11-16", "2026-11-23"]);
  expect(mondays(1, new Date("2026-11-23T00:00:00Z"))).toEqual(["2026-11-23"]);
  expect(sinceOf(2, sunday)).toBe("2026-11-16");
});

it("takes from an address what makes sense", () => {
  expect(readReportSearch({ policy: "p", agent: 4, weeks: 13 })).toEqual({
    policy: "p",
    weeks: 13,
  });
  expect(readReportSearch({ weeks: 7 })).toEqual({});
});
