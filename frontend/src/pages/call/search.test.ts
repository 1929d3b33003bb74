import { expect, test } from "vitest";
import type { Turn } from "@/api/calls";
import { placeOf, readCallSearch } from "./search";

const turn = (number: number, start: number | null): Turn =>
  ({ turn: number, role: "user", text: "Yes.", start_ms: start }) as Turn;

test("an address names turns, a tab, and whether to play", () => {
  expect(readCallSearch({ turns: [2, 3], play: true })).toEqual({ turns: [2, 3], play: true });
  expect(readCallSearch({ tab: "evaluation" })).toEqual({ tab: "evaluation" });
  expect(readCallSearch({ policy: "p1" })).toEqual({ policy: "p1" });
});

test("what an address cannot mean is left out", () => {
  expect(readCallSearch({ turns: ["x", 1.5], tab: "other", play: "yes" })).toEqual({});
  expect(readCallSearch({ turns: 3 })).toEqual({});
});

test("the place to show begins where the first of its turns with a time does", () => {
  const transcript = [turn(0, 0), turn(1, null), turn(2, 4000)];
  expect(placeOf(transcript, [1, 2])).toEqual({ turns: [1, 2], start_ms: 4000 });
  expect(placeOf(transcript, [1])).toEqual({ turns: [1], start_ms: null });
});

test("turns that do not exist are no place", () => {
  expect(placeOf([turn(0, 0)], [7])).toBeNull();
  expect(placeOf([turn(0, 0)])).toBeNull();
});
