/** A record's values by the paths that evidence and problems use: `stops[0].city`. */
import type { FieldSchema, Json, JsonObject } from "@/api/json";
import type { CallRecord, NotSaid } from "@/api/records";

export type Data = Record<string, Json>;

export function dataOf(record: Pick<CallRecord, "data">): Data {
  return record.data as Data;
}

/** Every single value with its path, in the record's order. Empty lists count as one. */
export function leavesOf(value: Json, path = ""): [path: string, value: Json][] {
  if (Array.isArray(value) && value.length > 0)
    return value.flatMap((item, index) => leavesOf(item, `${path}[${index}]`));
  if (isObject(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([name, member]) =>
      leavesOf(member, path ? `${path}.${name}` : name),
    );
  return path ? [[path, value]] : [];
}

/** Every value to show: those there are, and as null those that were not said and are not there. */
export function rowsOf(data: Data, notSaid: Record<string, NotSaid>): [string, Json][] {
  const leaves = leavesOf(data);
  const there = new Set(leaves.map(([path]) => path));
  const absent = Object.keys(notSaid).filter((path) => !there.has(path) && !hasBelow(there, path));
  return [...leaves, ...absent.map((path): [string, Json] => [path, null])];
}

/** Whether a group or list has got members since it was found to have none. */
function hasBelow(paths: Set<string>, path: string): boolean {
  return [...paths].some((each) => each.startsWith(`${path}.`) || each.startsWith(`${path}[`));
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `stops[0].city` as its steps: `["stops", 0, "city"]`. */
export function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map((match) =>
    match[1] === undefined ? match[0] : Number(match[1]),
  );
}

/** A copy of the data in which one value is another. */
export function withValue(data: Data, path: string, value: Json): Data {
  const copy = structuredClone(data);
  const steps = stepsOf(path);
  const last = steps.pop();
  let place: Json = copy;
  for (const step of steps) place = (place as Record<string | number, Json>)[step] ?? null;
  if (last !== undefined && place !== null && typeof place === "object")
    (place as Record<string | number, Json>)[last] = value;
  return copy;
}

/** The members that differ, whole: what a correction has to send. */
export function changesBetween(before: Data, after: Data): Data {
  return Object.fromEntries(
    Object.entries(after).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]),
    ),
  );
}

export interface Difference {
  path: string;
  before: Json | undefined;
  after: Json | undefined;
}

/** What changed between two revisions, value by value. */
export function differencesBetween(before: Data, after: Data): Difference[] {
  const old = new Map(leavesOf(before));
  const now = new Map(leavesOf(after));
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((path) => ({ path, before: old.get(path), after: now.get(path) }))
    .filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after));
}

/** The schema of the value at a path; null where the schema says nothing. */
export function schemaAt(schema: FieldSchema | null, path: string): FieldSchema | null {
  let found: FieldSchema | null | undefined = schema;
  for (const step of stepsOf(path)) {
    const here: FieldSchema | null | undefined = found && resolve(found);
    found = typeof step === "number" ? here?.items : here?.properties?.[step];
  }
  return found ? resolve(found) : null;
}

/** A nullable field may be written as `anyOf` with null: what matters is the other one. */
function resolve(schema: FieldSchema): FieldSchema {
  const option = schema.anyOf?.find(({ type }) => type !== "null");
  if (!option) return schema;
  const { title = option.title, description = option.description } = schema;
  return { ...option, title, description };
}

/** The one type that is not null. */
export function typeOf(schema: FieldSchema | null): string {
  const types = [schema?.type ?? "string"].flat();
  return types.find((type) => type !== "null") ?? "string";
}
