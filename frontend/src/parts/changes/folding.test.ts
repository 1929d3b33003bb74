import { expect, it } from "vitest";
import { folded } from "./folding";
import { wordsBetween } from "./wordDiff";

const lines = (count: number, of = "line") =>
  Array.from({ length: count }, (_, number) => `${of} ${number}\n`).join("");

it("folds what did not change, but not the lines beside a change", () => {
  const [, now] = wordsBetween(lines(20), `${lines(20)}and one more`);
  const pieces = folded(now);

  expect(pieces.map(({ unread }) => unread)).toEqual([0, 17, 0, 0]);
  expect(pieces[0]?.text).toBe("line 0\nline 1");
  expect(pieces.at(-1)?.text).toBe("and one more");
});

it("shows where something is missing that the other text has", () => {
  const [old] = wordsBetween(lines(9) + lines(9, "end"), `${lines(9)}new\n${lines(9, "end")}`);

  expect(folded(old).map(({ unread }) => unread)).toEqual([0, 6, 0, 0, 6, 0]);
});

it("loses nothing, and leaves short stretches alone", () => {
  const [old, now] = wordsBetween(`a\n${lines(30)}b`, `c\n${lines(30)}d`);
  const text = (words: typeof old) => words.map((word) => word.text).join("");

  expect(text(folded(old))).toBe(text(old));
  expect(text(folded(now))).toBe(text(now));
  expect(folded([{ text: lines(5), isChanged: false }])).toHaveLength(1);
});
