import { expect, it } from "vitest";
import { matching } from "./commands";

const names = ["Live board", "Settings: Phone numbers", "Settings: People", "Driver check-in"];
const found = (query: string) => matching(query, names, (name) => name);

it("finds by the beginnings of words, in any order", () => {
  expect(found("set pe")).toEqual(["Settings: People"]);
  expect(found("numbers phone")).toEqual(["Settings: Phone numbers"]);
  expect(found("CHECK")).toEqual(["Driver check-in"]);
  expect(found("ople")).toEqual([]);
});

it("offers everything before anything is typed", () => {
  expect(found("  ")).toEqual(names);
});
