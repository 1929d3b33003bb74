import { expect, it } from "vitest";
import { effectOf, isMoved } from "./effects";

const trial = {
  state: "done",
  passed_before: true,
  passed_after: true,
  status_after: "valid",
} as const;

it.each([
  ["Would pass", { passed_before: false }],
  ["Would fail", { passed_after: false }],
  ["Would need review", { status_after: "needs_review" }],
  ["Not tried", { state: "failed", passed_after: null }],
  [undefined, {}],
  [undefined, { passed_before: null }],
] as const)("%s", (label, changes) => {
  expect(effectOf({ ...trial, ...changes })?.label).toBe(label);
});

it("takes a call as moved when a verdict or the score is another, or there is none", () => {
  const same = { moved: [], failure: null, score_before: 80, score_after: 80 };
  expect(isMoved(same)).toBe(false);
  expect(isMoved({ ...same, score_after: 79 })).toBe(true);
  expect(isMoved({ ...same, failure: "The model refused." })).toBe(true);
  expect(isMoved({ ...same, moved: [{ key: "a", before: "yes", after: "no" }] })).toBe(true);
});
