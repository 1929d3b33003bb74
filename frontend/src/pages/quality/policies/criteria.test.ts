import { expect, it } from "vitest";
import { keyFor, moved, sharesOf } from "./criteria";

it("makes a key of a name that no other criterion has", () => {
  expect(keyFor("Greets by name", [])).toBe("greets_by_name");
  expect(keyFor("Greets by name", ["greets_by_name"])).toBe("greets_by_name_2");
  expect(keyFor("Größe genannt?", [])).toBe("gro_e_genannt");
  expect(keyFor("3 options", ["a"])).toBe("criterion_3_options");
  expect(keyFor("…", ["a"])).toBe("criterion_2");
});

it("tells how much of the whole a weight is, whatever they add up to", () => {
  const shares = sharesOf([
    { key: "a", weight: 10 },
    { key: "b", weight: 30 },
  ]);
  expect([...shares.values()]).toEqual([25, 75]);
  expect(sharesOf([{ key: "a", weight: 0 }]).get("a")).toBe(0);
});

it("moves an item by one place, and not past the ends", () => {
  expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
  expect(moved(["a", "b", "c"], 0, -1)).toEqual(["a", "b", "c"]);
  expect(moved(["a", "b", "c"], 2, 1)).toEqual(["a", "b", "c"]);
});
