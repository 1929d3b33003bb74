import type { CountryCode } from "libphonenumber-js/min";
import type { Agent } from "@/api/agents";
import { readNumber } from "./countries";

/** One call of a list: what it would be, or what is wrong with it. */
export interface CallRow {
  line: number;
  number: string;
  variables: Record<string, string>;
  problem: string | null;
}

type Variables = Agent["variables"];

const NUMBER_COLUMNS = ["number", "phone", "phone number", "to number", "to"];

/** The columns a list for this agent has, as a file to start from. */
export function templateFor(variables: Variables): string {
  const examples = variables.map(({ example, default: preset }) => preset ?? example ?? "");
  return [
    ["number", ...variables.map(({ name }) => name)],
    ["+14155550100", ...examples],
  ]
    .map((row) => row.map(quoted).join(","))
    .join("\n");
}

/** Reads a table pasted from a spreadsheet or taken from a CSV file; the first line names columns. */
export function readRows(text: string, variables: Variables, country: CountryCode): CallRow[] {
  const [head, ...lines] = readTable(text);
  if (!head) return [];
  const names = head.map(plain);
  const numberAt = names.findIndex((name) => NUMBER_COLUMNS.includes(name));
  const places = variables.map(({ name }) => ({ name, at: names.indexOf(plain(name)) }));
  return lines.map((cells, index) => {
    const cell = (at: number) => (at === -1 ? "" : (cells[at]?.trim() ?? ""));
    const given = places.map(({ name, at }) => [name, cell(at)] as const);
    const values = Object.fromEntries(given.filter(([, value]) => value !== ""));
    const read = readNumber(cell(numberAt), country);
    const missing = variables.filter(
      ({ name, required, default: preset }) => required && preset === null && !values[name],
    );
    const problem =
      numberAt === -1
        ? "There is no column named “number”."
        : "error" in read
          ? read.error
          : missing.length > 0
            ? `Missing: ${missing.map(({ name }) => name).join(", ")}`
            : null;
    const number = "number" in read ? read.number : cell(numberAt);
    return { line: index + 2, number, variables: values, problem };
  });
}

function plain(name: string): string {
  return name.trim().toLowerCase().replaceAll("_", " ");
}

function quoted(value: string): string {
  return /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Cells by lines: separated by tabs if the first line has one, else by semicolons or commas. */
function readTable(text: string): string[][] {
  const first = text.slice(0, text.search(/\r?\n|$/));
  const separator = ["\t", ";"].find((each) => first.includes(each)) ?? ",";
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? "";
    if (isQuoted && letter === '"' && text[at + 1] === '"') {
      cell += '"';
      at++;
    } else if (letter === '"' && (isQuoted || cell === "")) isQuoted = !isQuoted;
    else if (!isQuoted && letter === separator) {
      row.push(cell);
      cell = "";
    } else if (!isQuoted && letter === "\n") {
      rows.push([...row, cell]);
      row = [];
      cell = "";
    } else if (letter !== "\r" && letter !== "\ufeff") cell += letter;
  }
  rows.push([...row, cell]);
  return rows.filter((cells) => cells.some((each) => each.trim() !== ""));
}
