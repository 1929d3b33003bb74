import type { CallFilters } from "@/api/callFilters";
import { type CallStatus, callStatuses, isRecordStatus } from "@/parts/statuses";

/** Reads filters from an address. What makes no sense is left out, so no link shows an error. */
export function readCallFilters(search: Record<string, unknown>): CallFilters {
  const { status, record, agent, q, from, until } = search;
  return {
    ...(isStatus(status) && { status }),
    ...(isRecordStatus(record) && { record }),
    ...(isText(agent) && { agent }),
    ...((isText(q) || typeof q === "number") && { q: String(q) }),
    ...(isDay(from) && { from }),
    ...(isDay(until) && { until }),
  };
}

export function hasFilters(filters: CallFilters): boolean {
  return Object.values(filters).some((value) => value !== undefined);
}

function isStatus(value: unknown): value is CallStatus {
  return typeof value === "string" && Object.hasOwn(callStatuses, value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

function isDay(value: unknown): value is string {
  return (
    typeof value === "string" &&
    /^\d{4}-\d{2}-\d{2}$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}
