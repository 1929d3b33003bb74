import type { FieldSchema } from "@/api/json";
import type { CallRecord } from "@/api/records";
import { recordStatuses } from "@/parts/statuses";
import { labelOf } from "./values";

const GAPS: readonly string[] = ["not_asked", "not_answered"];

/** Why a record cannot be approved as it is, in words; null when it can. */
export function hindrance(
  record: Pick<CallRecord, "problems" | "not_said">,
  schema: FieldSchema | null = null,
): string | null {
  const unfit = record.problems.find(
    ({ code, field }) => code === "invalid" || (GAPS.includes(code) && !(field in record.not_said)),
  );
  if (!unfit) return null;
  const what = unfit.field ? labelOf(unfit.field, schema) : "The record";
  return `${what} does not fit the schema. Correct it, then save.`;
}

/** The required values that nobody gave: approving leaves them open. */
export function leftOpen(
  record: Pick<CallRecord, "problems" | "not_said">,
  schema: FieldSchema | null = null,
): string[] {
  const open = record.problems.filter(
    ({ code, field }) => GAPS.includes(code) && field in record.not_said,
  );
  return open.map(({ field }) => labelOf(field, schema));
}

/** What needs a person on top, the rest in the record's order. */
export function problemsFirst<V>(
  rows: [path: string, value: V][],
  problems: readonly Pick<CallRecord["problems"][number], "field">[],
): [path: string, value: V][] {
  const fields = new Set(problems.map(({ field }) => field));
  return [
    ...rows.filter(([path]) => fields.has(path)),
    ...rows.filter(([path]) => !fields.has(path)),
  ];
}

/** How the record stands; one a person vouches for, by what that person did. */
export function standingOf({ status, origin }: Pick<CallRecord, "status" | "origin">) {
  const shown = recordStatuses[status];
  if (status !== "corrected") return shown;
  return { ...shown, label: origin === "approval" ? "Approved" : "Corrected" };
}
