import { dayEnd, dayStart } from "./days";
import type {
  SchemaAnsweredBy,
  SchemaCallSource,
  SchemaCallStatus,
  SchemaRecordStatus,
} from "./schema";

/** What the calls page shows, as kept in its address. */
export interface CallFilters {
  status?: SchemaCallStatus;
  record?: SchemaRecordStatus;
  agent?: string;
  answered?: SchemaAnsweredBy;
  source?: SchemaCallSource;
  tag?: string;
  /** A user's id, `me` or `nobody`. */
  assignee?: string;
  /** Words: of whom or what it was about, of what was said, of numbers and ids. */
  q?: string;
  /** Days of the viewer's calendar, `2026-11-21`; both inclusive. */
  from?: string;
  until?: string;
  /** Values that calls brought along, and values of their records: `load_number:7891-B`. */
  variable?: string[];
  field?: string[];
  order?: "oldest";
  /** What is shown beside the usual columns: `variables.load_number`, `record.eta`. */
  columns?: string[];
}

/** The API's parameters for these filters. */
export function asQuery(filters: CallFilters) {
  return {
    status: filters.status,
    record_status: filters.record,
    agent_id: filters.agent,
    answered_by: filters.answered,
    source: filters.source,
    tag: filters.tag,
    assigned_to: filters.assignee,
    q: filters.q,
    created_after: filters.from && dayStart(filters.from).toISOString(),
    created_before: filters.until && dayEnd(filters.until).toISOString(),
    variable: filters.variable,
    field: filters.field,
  };
}
