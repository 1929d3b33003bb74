import { expect, it } from "vitest";
import { wordsBetween } from "./wordDiff";

const together = (words: { text: string }[]) => words.map(({ text }) => text).join("");

it("marks the words that are not in the other text", () => {
  const [old, now] = wordsBetween("Ask where they are.", "Ask kindly where you are.");

  expect(old.filter(({ isChanged }) => isChanged).map(({ text }) => text)).toEqual(["they"]);
  expect(now.filter(({ isChanged }) => isChanged).map(({ text }) => text.trim())).toEqual([
    "kindly",
    "you",
  ]);
});

it.each([
  ["", ""],
  ["", "all new"],
  ["one\n\n  two", "two one"],
  ["same", "same"],
])("loses nothing of %j and %j", (before, after) => {
  const [old, now] = wordsBetween(before, after);

  expect([together(old), together(now)]).toEqual([before, after]);
});

it("marks nothing in equal texts", () => {
  expect(
    wordsBetween("a b", "a b")
      .flat()
      .some(({ isChanged }) => isChanged),
  ).toBe(false);
});
