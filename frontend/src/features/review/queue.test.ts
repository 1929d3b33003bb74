import { expect, it } from "vitest";
import { afterLeaving, neighbour, placeIn, shownOf } from "./queue";

const queue = ["a", "b", "c"].map((call_id) => ({ id: `of ${call_id}`, call_id }));

it("shows the one that is wanted, and the first when that is not there", () => {
  expect(shownOf(queue, "b")?.call_id).toBe("b");
  expect(shownOf(queue, "gone")?.call_id).toBe("a");
  expect(shownOf(queue.slice(0, 0), "b")).toBeUndefined();
});

it("goes on and back, and stays at the ends", () => {
  expect(neighbour(queue, "a", 1)?.call_id).toBe("b");
  expect(neighbour(queue, "a", -1)?.call_id).toBe("a");
  expect(neighbour(queue, "c", 1)?.call_id).toBe("c");
});

it("begins at the first when nothing is shown, or what was shown has gone", () => {
  expect(neighbour(queue, undefined, 1)?.call_id).toBe("a");
  expect(neighbour(queue, "gone", -1)?.call_id).toBe("a");
  expect(neighbour(queue.slice(0, 0), "a", 1)).toBeUndefined();
});

it("goes to the one after what has left, and from the last to the one before", () => {
  expect(afterLeaving(queue, "b")?.call_id).toBe("c");
  expect(afterLeaving(queue, "c")?.call_id).toBe("b");
  expect(afterLeaving(queue.slice(0, 1), "a")).toBeUndefined();
});

it("says how many there are, and which of them this is", () => {
  expect(placeIn(queue, "b")).toBe("2 of 3");
  expect(placeIn(queue, "c", 28)).toBe("3 of 28");
});
