import type { NotSaid } from "@/api/records";
import { asClock, plainly } from "@/parts/time";
import { humanise } from "@/parts/words";
import type { FieldSchema, Json } from "./fields";

/** A path as a label: `stops[0].city` becomes `Stops 1, city`. */
export function labelOf(path: string): string {
  const readable = path
    .replaceAll(/\[(\d+)\]/g, (_, index: string) => ` ${Number(index) + 1}`)
    .replaceAll(".", ", ");
  return humanise(readable);
}

/** A value as people read it. */
export function showValue(value: Json, schema: FieldSchema | null): string {
  if (value === null || value === "") return "Not said";
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (typeof value === "number") return new Intl.NumberFormat().format(value);
  if (typeof value === "object") return Object.keys(value).length ? JSON.stringify(value) : "None";
  if (schema?.enum) return humanise(value);
  if (schema?.format === "date-time" && !Number.isNaN(Date.parse(value))) return plainly(value);
  return value;
}

/** Why there is no value, as far as the record tells. */
export function showGap(notSaid: NotSaid | undefined): string {
  if (!notSaid) return "Not said";
  if (notSaid.reason === "not_asked") return "Not asked";
  const at = notSaid.start_ms === null ? "" : ` at ${asClock(notSaid.start_ms)}`;
  return `Asked${at}, not answered`;
}

/** What was typed, as the schema's type; undefined when it is none of that type. */
export function readValue(text: string, type: string): Json | undefined {
  if (text.trim() === "") return null;
  if (type === "integer" || type === "number") {
    const number = Number(text.replace(",", "."));
    return Number.isFinite(number) && (type === "number" || Number.isInteger(number))
      ? number
      : undefined;
  }
  if (type === "array" || type === "object") {
    try {
      return JSON.parse(text) as Json;
    } catch {
      return undefined;
    }
  }
  return text;
}
