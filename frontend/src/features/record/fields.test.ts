import { describe, expect, it } from "vitest";
import type { NotSaid } from "@/api/records";
import {
  changesBetween,
  differencesBetween,
  leavesOf,
  rowsOf,
  schemaAt,
  typeOf,
  withValue,
} from "./fields";
import type { FieldSchema } from "@/api/json";

const data = { status: "late", stops: [{ city: "Indio" }, { city: "Barstow" }], notes: [] };
const schema: FieldSchema = {
  type: "object",
  properties: {
    status: { type: ["string", "null"], enum: ["late", "on_time", null] },
    eta: {
      anyOf: [{ type: "string", format: "date-time" }, { type: "null" }],
      description: "When",
    },
    stops: {
      type: "array",
      items: { type: "object", properties: { city: { type: "string", description: "Where" } } },
    },
  },
};

it("lists each value by the path that evidence uses", () => {
  expect(leavesOf(data)).toEqual([
    ["status", "late"],
    ["stops[0].city", "Indio"],
    ["stops[1].city", "Barstow"],
    ["notes", []],
  ]);
});

it("shows what was not said beside what was, whether or not it is in the data", () => {
  const gap: NotSaid = { reason: "not_asked", turns: [], start_ms: null };
  const gaps = { eta: gap, notes: gap, "stops[0].fuel": gap };
  expect(rowsOf(data, gaps).slice(-2)).toEqual([
    ["eta", null],
    ["stops[0].fuel", null],
  ]);
  expect(rowsOf({ ...data, notes: ["ice"] }, gaps).map(([path]) => path)).not.toContain("notes");
});

it("changes one value and leaves the original alone", () => {
  const changed = withValue(data, "stops[1].city", "Ludlow");
  expect(changed.stops).toEqual([{ city: "Indio" }, { city: "Ludlow" }]);
  expect(data.stops[1]?.city).toBe("Barstow");
});

it("sends whole members of what changed, and nothing else", () => {
  expect(changesBetween(data, withValue(data, "stops[1].city", "Ludlow"))).toEqual({
    stops: [{ city: "Indio" }, { city: "Ludlow" }],
  });
});

it("tells two revisions apart value by value", () => {
  const after = { status: "late", stops: [{ city: "Indio" }], notes: [] };
  expect(differencesBetween(data, after)).toEqual([
    { path: "stops[1].city", before: "Barstow", after: undefined },
  ]);
});

describe("the schema of a path", () => {
  it("is found in lists and objects", () => {
    expect(schemaAt(schema, "stops[1].city")?.description).toBe("Where");
  });

  it("is what a nullable field is otherwise, with its own description", () => {
    const eta = schemaAt(schema, "eta");
    expect(eta).toMatchObject({ format: "date-time", description: "When" });
    expect(typeOf(eta)).toBe("string");
    expect(typeOf(schemaAt(schema, "status"))).toBe("string");
  });

  it("is nothing where the schema knows of nothing", () => {
    expect(schemaAt(schema, "weather")).toBeNull();
    expect(schemaAt(null, "status")).toBeNull();
  });
});
