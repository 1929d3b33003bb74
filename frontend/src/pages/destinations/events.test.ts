import { expect, test } from "vitest";
import { CHOSEN_AT_FIRST, EVENTS, statusesFor } from "./events";

test("what is chosen at first hands on nothing that is not proven", () => {
  expect(statusesFor(CHOSEN_AT_FIRST)).toEqual(["valid", "corrected"]);
});

test("whoever chooses to be told of unproven records takes them", () => {
  expect(statusesFor(["record.needs_review", "record.failed"])).toEqual([
    "valid",
    "corrected",
    "needs_review",
    "failed",
  ]);
});

test("what is chosen at first can be chosen", () => {
  const known = EVENTS.map(({ value }) => value);
  expect(CHOSEN_AT_FIRST.filter((event) => !known.includes(event))).toEqual([]);
});
