import { expect, it } from "vitest";
import { piecesOf, undeclaredIn } from "./placeholders";

const declared = new Set(["driver_name"]);

it("cuts a text into words and placeholders, and loses none of it", () => {
  const text = "Hi {{driver_name}}, it is {{ current_time }}; load {{load}} {{broken}.";
  const pieces = piecesOf(text, declared);

  expect(pieces.map((piece) => piece.text).join("")).toBe(text);
  expect(pieces.filter((piece) => piece.variable)).toEqual([
    { text: "{{driver_name}}", variable: "driver_name", isKnown: true },
    { text: "{{ current_time }}", variable: "current_time", isKnown: true },
    { text: "{{load}}", variable: "load", isKnown: false },
  ]);
});

it("names what nobody has declared, once each", () => {
  expect(undeclaredIn(["{{load}} {{driver_name}}", "{{city}} {{load}}"], declared)).toEqual([
    "load",
    "city",
  ]);
});
