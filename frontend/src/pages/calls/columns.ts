import type { Agent } from "@/api/agents";
import type { CallSummary } from "@/api/calls";
import { type Json } from "@/api/json";
import { briefly } from "@/parts/time";
import { humanise } from "@/parts/words";

/** A value that calls can be found by and shown with: a variable, or a field of the record. */
export interface Column {
  /** `variables.load_number` or `record.eta`. */
  id: string;
  label: string;
  group: "Variables" | "Record";
}

/** All that these agents' calls can bring along and their records can hold, each once. */
export function columnsOf(agents: readonly Agent[]): Column[] {
  const found = new Map<string, Column>();
  for (const { variables, record_schema } of agents) {
    for (const { name } of variables) add(found, `variables.${name}`, humanise(name), "Variables");
    const properties = (record_schema?.properties ?? {}) as Record<string, { title?: string }>;
    for (const [name, { title }] of Object.entries(properties))
      add(found, `record.${name}`, title ?? humanise(name), "Record");
  }
  return [...found.values()];
}

function add(found: Map<string, Column>, id: string, label: string, group: Column["group"]) {
  if (!found.has(id)) found.set(id, { id, label, group });
}

/** For a choice, grouped. */
export function asOptions(columns: readonly Column[]) {
  return (["Variables", "Record"] as const)
    .map((group) => ({
      group,
      items: columns
        .filter((column) => column.group === group)
        .map(({ id, label }) => ({ value: id, label })),
    }))
    .filter(({ items }) => items.length > 0);
}

/** What a column is called; one that no agent has any more by its name. */
export function labelOfColumn(id: string, columns: readonly Column[]): string {
  return (
    columns.find((column) => column.id === id)?.label ?? humanise(id.slice(id.indexOf(".") + 1))
  );
}

/** A call's value of a column as text; null when it has none. */
export function cellOf(call: CallSummary, id: string): string | null {
  const name = id.slice(id.indexOf(".") + 1);
  if (id.startsWith("variables.")) return say(call.variables[name] ?? null);
  return say((call.record_data as Record<string, Json> | null)?.[name] ?? null);
}

function say(value: Json): string | null {
  if (value === null || value === "") return null;
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (Array.isArray(value)) return value.map(say).filter(Boolean).join(", ") || null;
  if (typeof value === "object") return Object.values(value).map(say).filter(Boolean).join(", ");
  const isMoment = typeof value === "string" && MOMENT.test(value);
  return isMoment ? briefly(value) : String(value);
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;
