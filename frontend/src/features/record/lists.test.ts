import { expect, it } from "vitest";
import { rowsWithLists } from "./lists";

it("shows a list of plain values as one row, where its first item stands", () => {
  const rows = rowsWithLists([
    ["needs[1]", "B"],
    ["city", "Reno"],
    ["needs[0]", "A"],
    ["stops[0].city", "Elko"],
    ["stops[0].tags[0]", "x"],
  ]);

  expect(rows).toEqual([
    {
      path: "needs",
      value: ["A", "B"],
      items: [
        ["needs[0]", "A"],
        ["needs[1]", "B"],
      ],
    },
    { path: "city", value: "Reno" },
    { path: "stops[0].city", value: "Elko" },
    { path: "stops[0].tags", value: ["x"], items: [["stops[0].tags[0]", "x"]] },
  ]);
});
