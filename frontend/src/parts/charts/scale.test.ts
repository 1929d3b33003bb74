import { expect, it } from "vitest";
import { runs, vertical } from "./scale";

it("puts the least at the bottom and the most at the top, and nothing outside", () => {
  const y = vertical(0, 100, 50);
  expect([0, 100, 50, 140, -3].map(y)).toEqual([50, 0, 25, 0, 50]);
});

it("breaks a line where there is nothing to show", () => {
  const at = (value: number | null) => ({ label: "", value });
  expect(
    runs([at(1), at(2), at(null), at(3)]).map(({ start, points }) => [start, points.length]),
  ).toEqual([
    [0, 2],
    [3, 1],
  ]);
});
