/** Where two configurations differ, and how, as people say it. */

import { humanise } from "@/parts/words";
import { labelOf } from "@/pages/agents/editor/tabs";

/** `/record_schema/properties/eta` as people say it: `Record › eta`. */
export function placeOf(pointer: string): string {
  const [first = "", ...rest] = pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (first === "retell_overrides") {
    const inside = rest[0] === "agent" || rest[0] === "llm" ? rest.slice(1) : rest;
    return [labelOf(first), ...inside.map(humanise)].join(" › ");
  }
  const inside = rest.filter((part) => part !== "properties" && part !== "items");
  return [labelOf(first), ...inside].join(" › ");
}

/** A value as it can be compared word by word. */
export function asText(value: unknown, pointer = ""): string {
  if (value === null || value === undefined || value === "") return "(nothing)";
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (typeof value === "number" && pointer.endsWith("_ms"))
    return `${(value / 1000).toLocaleString(undefined, { maximumFractionDigits: 3 })} seconds`;
  if (typeof value === "number") return String(value);
  if (Array.isArray(value) && value.length > 0 && value.every(isWord)) return value.join(", ");
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function isWord(value: unknown): value is string {
  return typeof value === "string";
}
