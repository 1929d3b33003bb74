import { expect, it } from "vitest";
import type { Agent } from "@/api/agents";
import type { CallSummary } from "@/api/calls";
import { asOptions, cellOf, columnsOf, labelOfColumn } from "./columns";

const agent = (names: string[], fields: Record<string, { title?: string }>) =>
  ({
    variables: names.map((name) => ({ name })),
    record_schema: { properties: fields },
  }) as unknown as Agent;

const AGENTS = [
  agent(["load_number"], { eta: { title: "ETA" } }),
  agent(["load_number"], { eta: {} }),
];
const CALL = {
  variables: { load_number: "7891-B" },
  record_data: { eta: null, late: true, stops: [{ city: "Reno" }, { city: "Elko" }] },
} as unknown as CallSummary;

it("offers every variable and field once, by its title", () => {
  expect(columnsOf(AGENTS)).toEqual([
    { id: "variables.load_number", label: "Load number", group: "Variables" },
    { id: "record.eta", label: "ETA", group: "Record" },
  ]);
  expect(asOptions(columnsOf([agent([], { eta: {} })]))).toEqual([
    { group: "Record", items: [{ value: "record.eta", label: "ETA" }] },
  ]);
});

it("still names a column that no agent has any more", () => {
  expect(labelOfColumn("record.old_field", [])).toBe("Old field");
});

it.each([
  ["variables.load_number", "7891-B"],
  ["variables.other", null],
  ["record.eta", null],
  ["record.late", "Yes"],
  ["record.stops", "Reno, Elko"],
])("shows %s as %s", (id, text) => {
  expect(cellOf(CALL, id)).toBe(text);
});

it("shows nothing of a record that is not there", () => {
  expect(cellOf({ ...CALL, record_data: null }, "record.late")).toBeNull();
});
