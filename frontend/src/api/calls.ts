import { infiniteQueryOptions } from "@tanstack/react-query";
import { asQuery, type CallFilters } from "@/pages/calls/filters";
import { api, unwrap } from "./client";
import type { SchemaCallSummary } from "./schema";

export type CallSummary = SchemaCallSummary;

const PAGE_SIZE = 50;

/** The calls that match, newest first, page after page. */
export function callsQuery(filters: CallFilters) {
  return infiniteQueryOptions({
    queryKey: ["calls", "list", filters],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/v1/calls", {
          params: { query: { ...asQuery(filters), cursor: pageParam, limit: PAGE_SIZE } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}
