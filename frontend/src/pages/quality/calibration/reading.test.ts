import { expect, it } from "vitest";
import type { Criterion } from "@/api/policies";
import { judgedOf, sayFigure, standing } from "./reading";

it("tells an unreliable criterion from one that was not measured", () => {
  expect(standing({ reliable: false, n: 6 }).label).toBe("Unreliable");
  expect(standing({ reliable: true, n: 6 }).label).toBe("Reliable");
  expect(standing({ reliable: null, n: 0 }).label).toBe("Not measured");
});

it("shows figures by two digits, and none as none", () => {
  expect([0.6667, -0.1, null].map(sayFigure)).toEqual(["0.67", "-0.10", "–"]);
});

it("asks people for what a judge answers, and not for what a rule measures", () => {
  const criteria = [
    { key: "a", rule: null },
    { key: "b", rule: {} },
  ] as Criterion[];
  expect(judgedOf(criteria).map(({ key }) => key)).toEqual(["a"]);
});
