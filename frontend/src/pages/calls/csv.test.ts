import { expect, it } from "vitest";
import { cell } from "./csv";

it.each([
  [null, ""],
  [0, "0"],
  ["plain", "plain"],
  ['says "hi", twice', '"says ""hi"", twice"'],
  ["two\nlines", '"two\nlines"'],
  ["+14155550100", "+14155550100"],
])("writes %j as %j", (value, text) => {
  expect(cell(value)).toBe(text);
});

it("does not let a caller's words become a formula", () => {
  expect(cell("=HYPERLINK(1)")).toBe("'=HYPERLINK(1)");
  expect(cell("+1+cmd")).toBe("'+1+cmd");
});
