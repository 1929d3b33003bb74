import { type CallStatus, callStatuses, isRecordStatus, type RecordStatus } from "@/parts/statuses";

/** What the calls page shows, as kept in its address. */
export interface CallFilters {
  status?: CallStatus;
  record?: RecordStatus;
  agent?: string;
  q?: string;
  /** Days of the viewer's calendar, `2026-11-21`; both inclusive. */
  from?: string;
  until?: string;
}

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

/** The API's parameters for these filters. */
export function asQuery(filters: CallFilters) {
  return {
    status: filters.status,
    record_status: filters.record,
    agent_id: filters.agent,
    q: filters.q && searchTerm(filters.q),
    created_after: filters.from && dayStart(filters.from).toISOString(),
    created_before: filters.until && dayEnd(filters.until).toISOString(),
  };
}

/** Numbers are found as E.164, however they were written. */
function searchTerm(q: string): string {
  return /^\+[\d\s().-]+$/.test(q) ? `+${q.replaceAll(/\D/g, "")}` : q;
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

function dayStart(day: string): Date {
  return new Date(`${day}T00:00:00`);
}

function dayEnd(day: string): Date {
  const next = dayStart(day);
  next.setDate(next.getDate() + 1);
  return next;
}
