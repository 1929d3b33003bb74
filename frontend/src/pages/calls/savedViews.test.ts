import { expect, it } from "vitest";
import { readViews, withView } from "./savedViews";

it("reads what makes sense of what is stored", () => {
  expect(
    readViews([{ name: "Late", filters: { q: "late", page: 3 } }, { name: 7 }, null, "text"]),
  ).toEqual([{ name: "Late", filters: { q: "late" } }]);
  expect(readViews("broken")).toEqual([]);
});

it("keeps one view of each name, the newest", () => {
  const old = { name: "Late", filters: { q: "late" } };
  const other = { name: "Today", filters: {} };
  const newer = { name: "Late", filters: { status: "failed" as const } };

  expect(withView([old, other], newer)).toEqual([other, newer]);
});
