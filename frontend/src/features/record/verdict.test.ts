import { describe, expect, it } from "vitest";
import { hindrance, leftOpen, problemsFirst, standingOf } from "./verdict";

const GAP = { reason: "not_asked" as const, turns: [], start_ms: null };
const problem = (field: string, code: string) => ({ field, code, message: "" });

describe("a record", () => {
  it("of which required values were not said can be approved, and leaves them open", () => {
    const record = {
      problems: [problem("driver_status", "not_asked"), problem("stops[0].city", "not_answered")],
      not_said: { driver_status: GAP, "stops[0].city": GAP },
    };

    expect(hindrance(record)).toBeNull();
    expect(leftOpen(record)).toEqual(["Driver status", "Stops 1, city"]);
  });

  it("with an unproven value can be approved", () => {
    const record = { problems: [problem("eta", "no_quote")], not_said: { door: GAP } };

    expect(hindrance(record)).toBeNull();
    expect(leftOpen(record)).toEqual([]);
  });

  it.each([
    ["eta", "invalid", "ETA"],
    ["driver_status", "not_asked", "Driver status"],
    ["", "invalid", "The record"],
  ])("with %j %s cannot be approved before it is corrected", (field, code, what) => {
    expect(hindrance({ problems: [problem(field, code)], not_said: {} })).toContain(what);
  });
});

it("puts what needs a person before what does not, and keeps the order otherwise", () => {
  const rows: [string, number][] = [
    ["a", 1],
    ["b", 2],
    ["c", 3],
    ["d", 4],
  ];

  expect(problemsFirst(rows, [{ field: "d" }, { field: "b" }]).map(([path]) => path)).toEqual([
    "b",
    "d",
    "a",
    "c",
  ]);
});

it("tells an approved record from one that was corrected", () => {
  expect(standingOf({ status: "corrected", origin: "approval" }).label).toBe("Approved");
  expect(standingOf({ status: "corrected", origin: "correction" }).label).toBe("Corrected");
  expect(standingOf({ status: "valid", origin: "extraction" }).label).toBe("Valid");
});
