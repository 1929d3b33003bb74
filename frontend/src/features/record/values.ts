import type { NotSaid } from "@/api/records";
import { asClock, exactly, plainly } from "@/parts/time";
import { humanise } from "@/parts/words";
import { schemaAt, stepsOf, typeOf } from "./fields";
import type { FieldSchema, Json } from "@/api/json";
import { instantAt } from "./zones";

/** A path as a label, by the titles of its schema: `stops[0].city` becomes `Stops 1, city`. */
export function labelOf(path: string, schema: FieldSchema | null = null): string {
  let at = "";
  let label = "";
  for (const step of stepsOf(path)) {
    if (typeof step === "number") {
      at += `[${step}]`;
      label += ` ${step + 1}`;
    } else {
      at += at ? `.${step}` : step;
      label += `${label && ", "}${schemaAt(schema, at)?.title ?? step}`;
    }
  }
  return humanise(label);
}

/** A value as people read it; a moment in the zone it is meant in. */
export function showValue(value: Json, schema: FieldSchema | null, zone = "UTC"): string {
  if (value === null || value === "") return "Not said";
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (typeof value === "number") return new Intl.NumberFormat().format(value);
  if (typeof value === "object") return Object.keys(value).length ? JSON.stringify(value) : "None";
  if (schema?.enum) return humanise(value);
  if (isMoment(value, schema)) return plainly(value, zone);
  return value;
}

/** A moment as the viewer's own clock shows it; nothing for other values. */
export function showElsewhere(value: Json, schema: FieldSchema | null): string | undefined {
  return isMoment(value, schema) ? `For you: ${exactly(value)}` : undefined;
}

function isMoment(value: Json, schema: FieldSchema | null): value is string {
  if (schema?.format !== "date-time" || typeof value !== "string") return false;
  return !Number.isNaN(Date.parse(value));
}

/** Why there is no value, as far as the record tells. */
export function showGap(notSaid: NotSaid | undefined): string {
  if (!notSaid) return "Not said";
  // What a model left out may have been said all the same: only the asking is known.
  if (notSaid.reason === "not_asked") return "Not determined";
  return notSaid.start_ms === null
    ? "No value found; asked"
    : `No value found; asked at ${asClock(notSaid.start_ms)}`;
}

/** The kind of input a value needs: its type, or for dates and times the format. */
export function kindOf(value: Json, schema: FieldSchema | null): string {
  if (schema === null && value !== null) return Array.isArray(value) ? "array" : typeof value;
  const type = typeOf(schema);
  const { format = "" } = schema ?? {};
  return type === "string" && ["date-time", "date", "time"].includes(format) ? format : type;
}

/** What was typed, as the kind of value; undefined when it is none of that kind. */
export function readValue(text: string, kind: string, zone = "UTC"): Json | undefined {
  if (text.trim() === "") return null;
  switch (kind) {
    case "integer":
    case "number": {
      const number = Number(text.replace(",", "."));
      return Number.isFinite(number) && (kind === "number" || Number.isInteger(number))
        ? number
        : undefined;
    }
    case "array":
    case "object":
      return readJson(text);
    case "boolean":
      return text === "true";
    case "date-time":
      return instantAt(text, zone);
    default:
      return text;
  }
}

function readJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
