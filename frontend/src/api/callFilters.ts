import { dayEnd, dayStart } from "./days";
import type {
  SchemaAnsweredBy,
  SchemaCallSource,
  SchemaCallStatus,
  SchemaRecordStatus,
} from "./schema";

export const CALL_ORDERS = {
  newest: "Newest first",
  oldest: "Oldest first",
  longest: "Longest first",
  shortest: "Shortest first",
} as const;
export type CallOrder = keyof typeof CALL_ORDERS;

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
  order?: CallOrder;
  /** Minutes a call took, at least and at most. */
  longer?: number;
  shorter?: number;
  /** As Retell heard the other side, and why it ended the call. */
  mood?: string;
  ended?: string;
  /** The version of its agent, and the organisation's own number. */
  version?: number;
  number?: string;
  /** When it was placed by the viewer's clock: 1 is Monday, and an hour of the day. */
  weekday?: number;
  hour?: number;
  /** What is shown beside the usual columns: `variables.load_number`, `record.eta`. */
  columns?: string[];
}

const MINUTE_MS = 60_000;

/** The API's parameters for these filters. */
export function asQuery(filters: CallFilters) {
  const isByClock = filters.weekday !== undefined || filters.hour !== undefined;
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
    min_duration_ms: filters.longer && Math.round(filters.longer * MINUTE_MS),
    max_duration_ms: filters.shorter && Math.round(filters.shorter * MINUTE_MS),
    sentiment: filters.mood,
    status_reason: filters.ended,
    agent_version: filters.version,
    number: filters.number,
    weekday: filters.weekday,
    hour: filters.hour,
    time_zone: isByClock ? Intl.DateTimeFormat().resolvedOptions().timeZone : undefined,
    variable: filters.variable,
    field: filters.field,
  };
}
