import { describe, expect, it } from "vitest";
import type { Agent } from "@/api/agents";
import { readRows, templateFor } from "./callRows";

const variable = (name: string, required: boolean, preset: string | null = null) => ({
  name,
  required,
  default: preset,
  description: "",
  example: null,
});
const VARIABLES: Agent["variables"] = [
  variable("driver_name", true),
  variable("load_number", false),
  variable("zone", true, "UTC"),
];
const read = (text: string) => readRows(text, VARIABLES, "US");

describe("a list of calls", () => {
  it("is read from a CSV file, quotes and line ends of any kind included", () => {
    const rows = read('\ufeffNumber,Driver name,load_number\r\n(415) 555-0110,"Ann, ""A""",7\r\n');

    expect(rows).toEqual([
      {
        line: 2,
        number: "+14155550110",
        variables: { driver_name: 'Ann, "A"', load_number: "7" },
        problem: null,
      },
    ]);
  });

  it.each(["\t", ";"])("is read as pasted from a spreadsheet, separated by %j", (separator) => {
    const rows = read(
      ["driver_name,phone", "Mike,+14155550110"].join("\n").replaceAll(",", separator),
    );

    expect(rows[0]).toMatchObject({ number: "+14155550110", variables: { driver_name: "Mike" } });
  });

  it("says line by line what would be refused", () => {
    const rows = read("number,driver_name\n+14155550110,\n12,Mike\n\n+14155550111,Dana");

    expect(rows.map(({ problem }) => problem !== null)).toEqual([true, true, false]);
    expect(rows[0]?.problem).toBe("Missing: driver_name");
  });

  it("says when no column holds the numbers", () => {
    expect(read("driver_name\nMike")[0]?.problem).toBe("There is no column named “number”.");
  });

  it("begins with a template that is itself a list", () => {
    const [row] = read(templateFor(VARIABLES).replace("+14155550100,", "+14155550100,Mike"));

    expect(row?.problem).toBeNull();
  });
});
