import { expect, it } from "vitest";
import { matching, shortened } from "./commands";

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

const said = (...pieces: [string, boolean][]) => ({
  lines: [
    { role: "agent" as const, pieces: [{ text: "Anything else?", is_hit: false }] },
    { role: "user" as const, pieces: pieces.map(([text, is_hit]) => ({ text, is_hit })) },
  ],
});

it("a moment is told by the line with the first hit", () => {
  expect(shortened(said(["I have a flat ", false], ["tire", true], [".", false]))).toBe(
    "I have a flat tire.",
  );
});

it("a long line is told from a little before its hit, in whole words", () => {
  const before = "all the way down the road from here to the very last bridge ";
  const after =
    " and then some more words of which nobody needs to know anything at all in a list of what was found".repeat(
      2,
    );
  const told = shortened(said([before, false], ["tire", true], [after, false]));
  expect(told).toMatch(/^… \w[\w ]+ last bridge tire and then .* …$/);
  expect(told.length).toBeLessThanOrEqual(125);
});

it("a moment found by its meaning, which has no hit, is told by its first line", () => {
  expect(shortened(said(["Yes.", false]))).toBe("Anything else?");
});
