import { expect, it } from "vitest";
import { afterLeaving, namedAs, neighbour, placeIn, shownOf } from "./queue";

const waiting = (call_id: string) => ({ id: `of ${call_id}`, call_id });
const [a, b, c, gone] = [waiting("a"), waiting("b"), waiting("c"), waiting("gone")];
const queue = [a, b, c];

it("shows the one that is wanted, and the first when that is not there", () => {
  expect(shownOf(queue, { call: "b" })).toBe(b);
  expect(shownOf(queue, { call: "gone" })).toBe(a);
  expect(shownOf(queue.slice(0, 0), { call: "b" })).toBeUndefined();
});

it("goes on and back, and stays at the ends", () => {
  expect(neighbour(queue, a, 1)).toBe(b);
  expect(neighbour(queue, a, -1)).toBe(a);
  expect(neighbour(queue, c, 1)).toBe(c);
});

it("begins at the first when nothing is shown, or what was shown has gone", () => {
  expect(neighbour(queue, undefined, 1)).toBe(a);
  expect(neighbour(queue, gone, -1)).toBe(a);
  expect(neighbour(queue.slice(0, 0), a, 1)).toBeUndefined();
});

it("goes to the one after what has left, and from the last to the one before", () => {
  expect(afterLeaving(queue, b)).toBe(c);
  expect(afterLeaving(queue, c)).toBe(b);
  expect(afterLeaving(queue.slice(0, 1), a)).toBeUndefined();
});

it("says how many there are, and which of them this is", () => {
  expect(placeIn(queue, b)).toBe("2 of 3");
  expect(placeIn(queue, c, 28)).toBe("3 of 28");
});

it("tells apart what one call waits for by two policies", () => {
  const [one, other] = [
    { ...a, id: "1", policy_id: "p" },
    { ...a, id: "2", policy_id: "q" },
  ];
  const both = [one, other, b];
  expect(neighbour(both, one, 1)).toBe(other);
  expect(neighbour(both, other, 1)).toBe(b);
  expect(shownOf(both, namedAs(other))).toBe(other);
  expect(shownOf(both, { call: "a" })).toBe(one);
  expect(afterLeaving(both, other)).toBe(b);
  expect(placeIn(both, other)).toBe("2 of 3");
});
