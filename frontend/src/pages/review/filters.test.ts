import { expect, it } from "vitest";
import { readQueueFilters } from "./filters";

it("reads which part of the queue an address means, and leaves out what makes no sense", () => {
  expect(readQueueFilters({ agent: "a1", problem: "no_quote", order: "newest" })).toEqual({
    agent: "a1",
    problem: "no_quote",
    order: "newest",
  });
  expect(readQueueFilters({ agent: 7, problem: "toString", order: "oldest" })).toEqual({});
});
