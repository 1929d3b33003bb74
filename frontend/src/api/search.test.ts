import { expect, it } from "vitest";
import { isAsked, readSearch } from "./search";

it("keeps of an address what is a search, and nothing else", () => {
  expect(readSearch({ q: "late", mode: "meaning", agent: "a", other: 1 })).toEqual({
    q: "late",
    mode: "meaning",
    agent: "a",
  });
  expect(readSearch({ q: "", mode: "hybrid", like: "c" })).toEqual({});
  expect(readSearch({ like: "c", turn: 0 })).toEqual({ like: "c", turn: 0 });
});

it("asks for words or for a moment", () => {
  expect(isAsked({})).toBe(false);
  expect(isAsked({ q: " " })).toBe(false);
  expect(isAsked({ q: "late" })).toBe(true);
  expect(isAsked({ like: "c", turn: 0 })).toBe(true);
});
