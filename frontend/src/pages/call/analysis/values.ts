import type { Analysis } from "@/api/analysis";
import type { FieldSchema, Json } from "@/api/json";
import { leavesOf, schemaAt } from "@/features/record/fields";
import { labelOf, showValue } from "@/features/record/values";

/** One thing that an analysis tells, with the words it rests on. */
export interface Told {
  path: string;
  text: string;
  evidence: Analysis["evidence"][string] | null;
  /** Why it is not to be believed as it is. */
  doubts: string[];
}

/** A field of an analysis with what it tells; nothing where it was not said. */
export interface Section {
  name: string;
  label: string;
  told: Told[];
}

/** What an analysis tells field by field, without the moments, which are drawn. */
export function sectionsOf(analysis: Analysis): Section[] {
  const schema = analysis.record_schema as FieldSchema;
  const drawn = new Set(analysis.sentiment.map(({ field }) => field.replace(/\[.*/, "")));
  return Object.keys(schema.properties ?? {})
    .map((name) => ({
      name,
      label: labelOf(name, schema),
      told: toldOf(analysis, name, schema, drawn.has(name)),
    }))
    .filter(({ name, told }) => !drawn.has(name) || told.length > 0);
}

function toldOf(analysis: Analysis, name: string, schema: FieldSchema, isDrawn: boolean): Told[] {
  const value = (analysis.data as Record<string, Json>)[name] ?? null;
  const items: [string, Json][] = Array.isArray(value)
    ? value.map((item, index) => [`${name}[${index}]`, item])
    : value === null
      ? []
      : [[name, value]];
  const told = items.map(([path, item]) => oneTold(analysis, path, item, schema));
  // What is drawn is shown once; what is doubted has nowhere else to be seen.
  return isDrawn ? told.filter(({ doubts }) => doubts.length > 0) : told;
}

function oneTold(analysis: Analysis, path: string, value: Json, schema: FieldSchema): Told {
  const leaves = leavesOf(value, path).filter(([, each]) => each !== null && each !== "");
  const paths = leaves.map(([at]) => at);
  const found = paths.map((at) => analysis.evidence[at]).find((each) => each !== undefined);
  return {
    path,
    text: leaves.map(([at, each]) => showValue(each, schemaAt(schema, at))).join(" · "),
    evidence: found ?? null,
    doubts: analysis.problems
      .filter(({ field }) => paths.includes(field) || field === path)
      .map(({ message }) => message),
  };
}

/** What was found wrong that belongs to no value that is shown. */
export function otherDoubts(analysis: Analysis): string[] {
  const names = Object.keys((analysis.record_schema as FieldSchema).properties ?? {});
  return analysis.problems
    .filter(({ field }) => !names.includes(field.replace(/[.[].*/, "")))
    .map(({ message }) => message);
}
