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

it("finds one change in a long text, and the changed lines of one that changed all over", () => {
  const text = (word: string) =>
    Array.from({ length: 400 }, (_, line) => `${word} ${line} of many words here\n`).join("");
  const changed = (words: { isChanged: boolean; text: string }[]) =>
    words.filter(({ isChanged }) => isChanged).map((word) => word.text);

  expect(changed(wordsBetween(text("Say"), text("Say").replace(" 200 ", " two "))[1])).toEqual([
    "two",
  ]);
  const apart = text("Say").replace("Say 0", "Ask 0").replace("Say 399", "Ask 399");
  expect(changed(wordsBetween(text("Say"), apart)[1])).toEqual([
    "Ask 0 of many words here\n",
    "Ask 399 of many words here\n",
  ]);
});

it("marks nothing in equal texts", () => {
  expect(
    wordsBetween("a b", "a b")
      .flat()
      .some(({ isChanged }) => isChanged),
  ).toBe(false);
});
