import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { asQuery, type CallFilters } from "./callFilters";
import { api, unwrap } from "./client";
import type {
  SchemaCallCreate,
  SchemaCallListed,
  SchemaCallRead,
  SchemaDayRead,
  SchemaTimelineEntry,
  SchemaTurn,
} from "./schema";

export type CallSummary = SchemaCallListed;
export type CallDetail = SchemaCallRead;
export type CallDay = SchemaDayRead;
export type TimelineEntry = SchemaTimelineEntry;
export type Turn = SchemaTurn;

/** A call in progress, with what was said last. */
export interface BoardCall {
  call: CallSummary;
  lastTurn: Turn | null;
}

const PAGE_SIZE = 50;
const OPEN = ["in_progress", "dialing", "queued"] as const;

export const callKeys = {
  lists: ["calls", "list"] as const,
  numbers: ["calls", "numbers"] as const,
  one: (id: string) => ["calls", "one", id] as const,
  detail: (id: string) => ["calls", "one", id, "detail"] as const,
  timeline: (id: string) => ["calls", "one", id, "timeline"] as const,
};

/** The calls that match, newest first, page after page. */
export function callsQuery(filters: CallFilters, pageSize = PAGE_SIZE) {
  return infiniteQueryOptions({
    queryKey: [...callKeys.lists, filters, pageSize],
    queryFn: ({ pageParam, signal }) => listCalls(filters, pageParam, pageSize, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** How many calls match, as far as they are counted. */
export function callCountQuery(filters: CallFilters) {
  const query = asQuery(filters);
  return queryOptions({
    queryKey: [...callKeys.numbers, "count", query],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/calls/count", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function listCalls(
  filters: CallFilters,
  cursor: string | undefined,
  limit: number,
  signal?: AbortSignal,
) {
  const with_record = filters.columns?.some((name) => name.startsWith("record.")) ?? false;
  const query = { ...asQuery(filters), order: filters.order, with_record, cursor, limit };
  return unwrap(api.GET("/api/v1/calls", { params: { query }, signal: signal ?? null }));
}

/** A call with its transcript and record. */
export function callQuery(id: string) {
  return queryOptions({
    queryKey: callKeys.detail(id),
    queryFn: ({ signal }) => getCall(id, signal),
  });
}

function getCall(id: string, signal: AbortSignal): Promise<CallDetail> {
  const params = { path: { call_id: id } };
  return unwrap(api.GET("/api/v1/calls/{call_id}", { params, signal }));
}

export function timelineQuery(id: string) {
  return queryOptions({
    queryKey: callKeys.timeline(id),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/calls/{call_id}/timeline", { params: { path: { call_id: id } }, signal }),
      ),
  });
}

/** The calls that wait, ring or go on. */
export const boardQuery = queryOptions({
  queryKey: ["calls", "board"],
  queryFn: async ({ signal }): Promise<BoardCall[]> => {
    const pages = await Promise.all(
      OPEN.map((status) => listCalls({ status }, undefined, PAGE_SIZE, signal)),
    );
    const calls = pages.flatMap((page) => page.items);
    return inOrder(await Promise.all(once(calls).map((call) => withLastTurn(call, signal))));
  },
});

/** Those that run before those that ring before those that wait; the newest of each first. */
export function inOrder(calls: BoardCall[]): BoardCall[] {
  const place = ({ call }: BoardCall) => OPEN.findIndex((status) => status === call.status);
  return calls.toSorted(
    (one, other) =>
      place(one) - place(other) ||
      Date.parse(other.call.created_at) - Date.parse(one.call.created_at),
  );
}

/** A call that moved between two answers is in both: the first of them, where it is further. */
function once(calls: CallSummary[]): CallSummary[] {
  const seen = new Set<string>();
  return calls.filter(({ id }) => !seen.has(id) && seen.add(id));
}

async function withLastTurn(call: CallSummary, signal: AbortSignal): Promise<BoardCall> {
  if (call.status !== "in_progress") return { call, lastTurn: null };
  const { transcript } = await getCall(call.id, signal);
  return { call, lastTurn: transcript.at(-1) ?? null };
}

/** Today's numbers, by the viewer's day. */
/** What came of the calls since the day began. */
export function numbersQuery(today: string) {
  return queryOptions({
    queryKey: [...callKeys.numbers, today],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/calls/numbers", { params: { query: { created_after: today } }, signal }),
      ),
  });
}

/** How the calls of the last days turned out, by agent. */
export function agentNumbersQuery(days: number) {
  return queryOptions({
    queryKey: ["calls", "by agent", days],
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/calls/numbers/by-agent", { params: { query: { days } }, signal })),
  });
}

/** The last days up to today, by the viewer's calendar. */
export function daysQuery(days: number) {
  const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return queryOptions({
    queryKey: ["calls", "by day", days, time_zone],
    // Not asked for anew with each call that moves: it is about more than a moment.
    staleTime: 60_000,
    queryFn: ({ signal }) => {
      const query = { days, time_zone };
      return unwrap(api.GET("/api/v1/calls/numbers/by-day", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
  });
}

/** Places a call. The key makes a repeated request the same call. */
export function placeCall(body: SchemaCallCreate, idempotencyKey: string) {
  return unwrap(
    api.POST("/api/v1/calls", {
      body,
      params: { header: { "idempotency-key": idempotencyKey } },
    }),
  );
}

export function cancelCall(id: string) {
  return unwrap(api.POST("/api/v1/calls/{call_id}/cancel", { params: { path: { call_id: id } } }));
}

export function stopCall(id: string) {
  return unwrap(api.POST("/api/v1/calls/{call_id}/stop", { params: { path: { call_id: id } } }));
}
