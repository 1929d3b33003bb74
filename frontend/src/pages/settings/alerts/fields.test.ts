import { expect, it } from "vitest";
import { fieldsOf } from "./fields";

it("names fields whose mean has a meaning, each once", () => {
  const record_schema = {
    properties: {
      late: { type: ["boolean", "null"] },
      boxes: { type: "integer" },
      reason: { type: ["string", "null"] },
    },
  };
  expect(fieldsOf([{ record_schema }, { record_schema }])).toEqual(["boxes", "late"]);
});

it("has none of an agent without a record", () => {
  expect(fieldsOf([{ record_schema: null }])).toEqual([]);
});
