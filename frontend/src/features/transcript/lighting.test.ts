import { describe, expect, it } from "vitest";
import { cut, findText, lightQuote } from "./lighting";

const transcript = [
  { turn: 0, role: "agent" as const, text: "How is it going?", start_ms: 0, end_ms: 900 },
  {
    turn: 1,
    role: "user" as const,
    text: "Uh — I'm running two hours late, near Flagstaff.",
    start_ms: 1000,
    end_ms: 4000,
  },
  { turn: 2, role: "user" as const, text: "It's the construction.", start_ms: 5000, end_ms: 6000 },
].map((turn) => ({ ...turn, is_backchannel: false, is_voice_approximate: false }));

function litWords(quote: string | null, turns: number[]): Record<number, string[]> {
  return Object.fromEntries(
    [...lightQuote(transcript, quote, turns)].map(([turn, stretches]) => [
      turn,
      stretches.map(({ start, end }) => transcript[turn]?.text.slice(start, end) ?? ""),
    ]),
  );
}

describe("a quote", () => {
  it("is lit where it was said, whatever its punctuation and case", () => {
    expect(litWords("i'm running two hours late", [1])).toEqual({
      1: ["I'm running two hours late"],
    });
  });

  it("over two turns is lit in both", () => {
    expect(litWords("near Flagstaff. It's the construction", [1, 2])).toEqual({
      1: ["near Flagstaff"],
      2: ["It's the construction"],
    });
  });

  it("of a single word is lit when it is all of the quote", () => {
    expect(litWords("construction", [2])).toEqual({ 2: ["construction"] });
  });

  it("in other words lights the whole turn", () => {
    expect(litWords("roadworks", [2])).toEqual({ 2: ["It's the construction."] });
  });

  it("without turns lights nothing", () => {
    expect(litWords("two hours", [])).toEqual({});
  });
});

describe("a search", () => {
  it("finds every place, without overlaps", () => {
    expect(findText("aAa", "aa")).toEqual([{ start: 0, end: 2 }]);
    expect(findText("Two, two", "TWO")).toHaveLength(2);
  });

  it("for nothing finds nothing", () => {
    expect(findText("anything", "  ")).toEqual([]);
  });
});

it("cuts a text without losing a character", () => {
  const lit = [{ start: 4, end: 13 }];
  const found = [
    { start: 0, end: 3 },
    { start: 8, end: 10 },
  ];
  expect(cut("one two three", lit, found)).toEqual([
    { text: "one", isLit: false, found: 0 },
    { text: " ", isLit: false, found: null },
    { text: "two ", isLit: true, found: null },
    { text: "th", isLit: true, found: 1 },
    { text: "ree", isLit: true, found: null },
  ]);
});

it("leaves a text whole in which nothing is lit or found", () => {
  expect(cut("one two", [])).toEqual([{ text: "one two", isLit: false, found: null }]);
  expect(cut("", [])).toEqual([]);
});
