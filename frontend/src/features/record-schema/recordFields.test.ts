import { describe, expect, it } from "vitest";
import {
  isNeeded,
  isWritable,
  moved,
  nameProblem,
  needHint,
  newField,
  readFields,
  type Schema,
  withKind,
  withNeed,
  writeField,
  writeSchema,
} from "./recordFields";

const whole: Schema = {
  type: "object",
  description: "A driver's check call.",
  properties: {
    status: {
      type: ["string", "null"],
      description: "How it goes.",
      enum: ["rolling", "arrived", null],
    },
    eta: { type: ["string", "null"], format: "date-time" },
    load_number: { type: "string", pattern: "^[0-9]{4}-[A-Z]$", "x-said-by": "user" },
    minutes_late: { type: "integer", minimum: 0 },
    stops: {
      type: "array",
      maxItems: 5,
      items: {
        type: "object",
        properties: {
          city: { type: "string" },
          contact: {
            type: ["object", "null"],
            properties: { phone: { type: "string", format: "phone" } },
            required: ["phone"],
          },
        },
        required: ["city"],
      },
    },
    level: { type: "integer", enum: [1, 2, 3] },
  },
  required: ["status", "stops"],
};

describe("a record schema as fields", () => {
  it("is written back as it was read, with what has no input", () => {
    expect(writeSchema(readFields(whole), whole)).toEqual(whole);
  });

  it("tells kinds, choices and what may be missing", () => {
    const [status, eta, load, , stops] = readFields(whole);
    expect(status).toMatchObject({
      kind: "choice",
      options: ["rolling", "arrived"],
      nullable: true,
      required: true,
    });
    expect(eta).toMatchObject({ kind: "date-time", nullable: true, required: false });
    expect(load).toMatchObject({ kind: "text", nullable: false, rest: { "x-said-by": "user" } });
    expect(stops?.children[0]?.children.map(({ name }) => name)).toEqual(["city", "contact"]);
  });

  it("reads a nullable field that is written with anyOf", () => {
    const schema = {
      type: "object",
      properties: { eta: { anyOf: [{ type: "string", format: "date" }, { type: "null" }] } },
    };
    const [eta] = readFields(schema);
    expect(eta).toMatchObject({ kind: "date", nullable: true });
    expect(writeSchema(readFields(schema))).toEqual({
      type: "object",
      properties: { eta: { type: ["string", "null"], format: "date" } },
    });
  });

  it("lets fields be empty, but not what is in a list", () => {
    const list = withKind(newField("stops"), "list");
    const [item] = list.children;
    const stops = { ...list, children: item ? [withKind(item, "object")] : [] };
    expect(writeField(stops)).toMatchObject({ type: ["array", "null"], items: { type: "object" } });
  });

  it("leaves empty choices out", () => {
    const field = { ...newField("mood", "choice"), options: ["good", "", "bad"], nullable: false };
    expect(writeSchema([field]).properties).toEqual({
      mood: { type: "string", enum: ["good", "bad"] },
    });
  });

  it("forgets what only the old kind had", () => {
    const [, , load] = readFields(whole);
    if (!load) throw new Error("There is no such field.");
    const changed = withKind({ ...load, description: "Which load." }, "integer");
    expect(writeSchema([changed]).properties).toEqual({
      load_number: { type: "integer", description: "Which load.", "x-said-by": "user" },
    });
  });
});

describe("names", () => {
  it.each(["", "1st", "is late", "é"])("%j is none", (name) => {
    expect(nameProblem(newField(name), [])).not.toBeNull();
  });

  it("are unlike each other's", () => {
    const fields = [newField("city"), newField("city")];
    expect(fields.map((field) => nameProblem(field, fields))).not.toContain(null);
    expect(isWritable(fields)).toBe(false);
  });

  it("are checked inside of lists and groups as well", () => {
    const list = newField("stops", "list");
    list.children = [{ ...newField("item", "object"), children: [newField("not a name")] }];
    expect(isWritable([list])).toBe(false);
    list.children = [{ ...newField("item", "object"), children: [newField("city")] }];
    expect(isWritable([list])).toBe(true);
  });
});

it("moves a field among its siblings, and not past the ends", () => {
  expect(moved(["a", "b", "c"], 1, -1)).toEqual(["b", "a", "c"]);
  expect(moved(["a", "b", "c"], 2, 1)).toEqual(["a", "b", "c"]);
  expect(moved(["a", "b", "c"], 0, -1)).toEqual(["a", "b", "c"]);
});

describe("a field that the record needs", () => {
  it("is required and may not be empty; one that it does not need may be", () => {
    const needed = withNeed(newField("eta"), true);

    expect(writeSchema([needed])).toEqual({
      type: "object",
      properties: { eta: { type: "string" } },
      required: ["eta"],
    });
    expect(writeSchema([withNeed(needed, false)])).toEqual({
      type: "object",
      properties: { eta: { type: ["string", "null"] } },
    });
  });

  it("is told from one that a schema requires and lets be empty, which is said", () => {
    const [status, eta] = readFields(whole);

    expect(status && isNeeded(status)).toBe(false);
    expect(status && needHint(status)).toContain("yet lets it be empty");
    expect(eta && needHint(eta)).toBeNull();
  });
});
