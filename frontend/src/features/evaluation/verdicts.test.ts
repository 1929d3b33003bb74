import { describe, expect, it } from "vitest";
import {
  byCategory,
  choicesFor,
  isDoubtful,
  placeOf,
  sayScore,
  sayVerdict,
  toneOf,
  verdictOf,
} from "./verdicts";

describe("a verdict", () => {
  it.each([
    ["yes", "yes_no", "Yes"],
    ["not_applicable", "points", "Does not apply"],
    [4, "points", "4 of 5"],
    [80, "percent", "80 %"],
    [null, "yes_no", "No verdict"],
  ] as const)("of %s on %s reads %s", (verdict, scale, text) => {
    expect(sayVerdict(verdict, scale)).toBe(text);
  });

  it("is chosen from what the scale has, and may be that it does not apply where it may", () => {
    expect(choicesFor({ scale: "yes_no", may_not_apply: false }).map(({ value }) => value)).toEqual(
      ["yes", "no"],
    );
    expect(choicesFor({ scale: "percent", may_not_apply: true })).toEqual([
      { value: "not_applicable", label: "N/A" },
    ]);
  });

  it("of numbers is one within the scale, or none", () => {
    expect(verdictOf("4", "points")).toBe(4);
    expect(verdictOf("6", "points")).toBeNull();
    expect(verdictOf("", "percent")).toBeNull();
    expect(verdictOf("80", "percent")).toBe(80);
    expect(verdictOf("not_applicable", "percent")).toBe("not_applicable");
  });
});

it("shows scores without needless digits, and none as none", () => {
  expect([87.5, 90, 33.333, null].map(sayScore)).toEqual(["87.5", "90", "33.3", "–"]);
  expect([85, 60, 20, null].map(toneOf)).toEqual(["good", "middling", "bad", "none"]);
});

it("keeps categories and what is in them in the order of the policy", () => {
  const all = [
    { key: "a", category: "Empathy" },
    { key: "b", category: "Compliance" },
    { key: "c", category: "Empathy" },
  ];

  expect(byCategory(all).map((each) => [each.category, each.members.length])).toEqual([
    ["Empathy", 2],
    ["Compliance", 1],
  ]);
});

it("leads to the turns that were looked at where there is no quote, and nowhere without turns", () => {
  const evidence = { quote: null, turns: [2], start_ms: 40, found: false };
  expect(placeOf(evidence)).toEqual({ turns: [2], start_ms: 40 });
  expect(placeOf({ ...evidence, turns: [] })).toBeNull();
});

it("doubts a verdict that nothing has proven, unless it does not count anyway", () => {
  expect(isDoubtful({ proven_by: null, unreliable: false })).toBe(true);
  expect(isDoubtful({ proven_by: null, unreliable: true })).toBe(false);
  expect(isDoubtful({ proven_by: "rule", unreliable: false })).toBe(false);
});
