import { expect, it } from "vitest";
import { policyPlaceOf } from "./places";

it.each([
  ["/criteria/2/question", "Criterion 3 › Question"],
  ["/criteria/0", "Criterion 1"],
  ["/criteria", "Criteria"],
  ["/passing_score", "Passes at"],
  ["/applies_to/0/sample_percent", "Which calls › 1 › Sample percent"],
])("%s is called %s", (pointer, name) => {
  expect(policyPlaceOf(pointer)).toBe(name);
});
