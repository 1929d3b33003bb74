import { dayEnd, dayStart } from "./days";
import type { SchemaCallStatus, SchemaRecordStatus } from "./schema";

/** What the calls page shows, as kept in its address. */
export interface CallFilters {
  status?: SchemaCallStatus;
  record?: SchemaRecordStatus;
  agent?: string;
  q?: string;
  /** Days of the viewer's calendar, `2026-11-21`; both inclusive. */
  from?: string;
  until?: string;
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
