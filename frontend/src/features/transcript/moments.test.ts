import { expect, test } from "vitest";
import { wordAt } from "./moments";

const turn = {
  text: "No, no way.",
  words: [
    { text: "No,", start_ms: 100, end_ms: 200 },
    { text: "no", start_ms: 300, end_ms: 400 },
    { text: "way.", start_ms: 500, end_ms: 600 },
  ],
};

test("a character leads to the word it is in, also where words repeat", () => {
  expect([0, 3, 5, 8, 11].map((at) => wordAt(turn, at))).toEqual([100, 100, 300, 500, 500]);
});

test("words that are not in the text lead nowhere", () => {
  expect(wordAt({ ...turn, text: "Corrected by hand" }, 3)).toBeNull();
});
