import { expect, it } from "vitest";
import { extentOf, runs, vertical } from "./scale";

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

it.each([
  [[3, 71], { least: 0, most: 80 }],
  [[-30, 12], { least: -40, most: 20 }],
  [[-3, -2], { least: -4, most: 0 }],
  [[], { least: 0, most: 1 }],
  [[0], { least: 0, most: 1 }],
])("holds %j between round numbers", (values, expected) => {
  expect(extentOf(values.map((value) => ({ label: "", value })))).toEqual(expected);
});

it("holds intervals that go beyond values", () => {
  const points = [{ label: "", value: 2, low: -1, high: 7 }];
  expect(extentOf(points)).toEqual({ least: -1, most: 8 });
});
