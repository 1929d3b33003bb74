import { describe, expect, it } from "vitest";
import { labelOf, readValue, showGap, showValue } from "./values";

it("labels a path in words", () => {
  expect(labelOf("stops[0].arrival_time")).toBe("Stops 1, arrival time");
  expect(labelOf("eta")).toBe("ETA");
  const titled = {
    properties: {
      stops: { title: "Stop", items: { properties: { at: { title: "Time of arrival" } } } },
    },
  };
  expect(labelOf("stops[0].at", titled)).toBe("Stop 1, Time of arrival");
});

describe("a value", () => {
  it.each([
    [null, "Not said"],
    [true, "Yes"],
    [[], "None"],
    ["in_door", "in_door"],
  ])("%j is shown as %s", (value, text) => {
    expect(showValue(value, null)).toBe(text);
  });

  it("of a list of choices is shown in words", () => {
    expect(showValue("in_transit", { enum: ["in_transit"] })).toBe("In transit");
  });
});

it.each([
  [undefined, "Not said"],
  [{ reason: "not_asked", turns: [], start_ms: null }, "Not determined"],
  [{ reason: "not_answered", turns: [4], start_ms: 42_000 }, "No value found; asked at 0:42"],
  [{ reason: "not_answered", turns: [4], start_ms: null }, "No value found; asked"],
] as const)("what is missing for %j is shown as %s", (notSaid, text) => {
  expect(showGap(notSaid && { ...notSaid, turns: [...notSaid.turns] })).toBe(text);
});

it("a moment is shown in the zone it is meant in, which it names", () => {
  const shown = showValue("2026-11-22T14:00:00Z", { format: "date-time" }, "America/Chicago");
  expect(shown).toContain("8:00");
  expect(shown).toMatch(/CST|GMT-6/);
});

describe("what is typed", () => {
  it.each([
    ["12", "integer", 12],
    ["1,5", "number", 1.5],
    ["", "string", null],
    ["[1]", "array", [1]],
    ["", "boolean", null],
    ["false", "boolean", false],
    ["2026-11-22", "date", "2026-11-22"],
    ["2026-11-22T14:00", "date-time", "2026-11-22T14:00:00Z"],
  ])("%j for %s is %j", (text, type, value) => {
    expect(readValue(text, type)).toEqual(value);
  });

  it.each([
    ["1.5", "integer"],
    ["soon", "number"],
    ["[1", "array"],
    ["tomorrow", "date-time"],
  ])("%j is no %s", (text, type) => {
    expect(readValue(text, type)).toBeUndefined();
  });
});
