import { expect, it } from "vitest";
import type { Reviewed } from "@/api/review";
import { afterLeaving, neighbour, placeIn } from "./queue";

const queue = ["a", "b", "c"].map((call_id) => ({ call_id }) as Reviewed);

it("goes on and back, and stays at the ends", () => {
  expect(neighbour(queue, "a", 1)?.call_id).toBe("b");
  expect(neighbour(queue, "a", -1)?.call_id).toBe("a");
  expect(neighbour(queue, "c", 1)?.call_id).toBe("c");
});

it("begins at the first when nothing is shown, or what was shown has gone", () => {
  expect(neighbour(queue, undefined, 1)?.call_id).toBe("a");
  expect(neighbour(queue, "gone", -1)?.call_id).toBe("a");
  expect(neighbour([], "a", 1)).toBeUndefined();
});

it("goes to the one after what has left, and from the last to the one before", () => {
  expect(afterLeaving(queue, "b")?.call_id).toBe("c");
  expect(afterLeaving(queue, "c")?.call_id).toBe("b");
  expect(afterLeaving(queue.slice(0, 1), "a")).toBeUndefined();
});

it("says how many there are, and which of them this is", () => {
  const queue = ["a", "b", "c"].map((call_id) => ({ call_id }) as Reviewed);

  expect(placeIn(queue, "b")).toMatch(/^2 of 3 records/);
  expect(placeIn(queue, "c", 28)).toMatch(/^3 of 28 records/);
});
