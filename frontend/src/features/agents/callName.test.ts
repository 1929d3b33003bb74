import { expect, it } from "vitest";
import { nameOfCall } from "./callName";

it("names a call by its first variables, in the order the agent declares them", () => {
  const variables = { load_number: "7891-B", driver_name: "Mike", origin: "Reno" };

  expect(nameOfCall(variables, ["driver_name", "load_number", "origin"])).toBe("Mike · 7891-B");
});

it("leaves out what is empty, and what is too long for a name", () => {
  const variables = { a: " ", b: "x".repeat(41), c: "Dana" };

  expect(nameOfCall(variables, ["a", "b", "c", "d"])).toBe("Dana");
});

it("has no name for a call without variables", () => {
  expect(nameOfCall({}, [])).toBeNull();
});
