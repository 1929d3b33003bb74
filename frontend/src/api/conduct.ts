import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { callKeys } from "./calls";
import { api, unwrap } from "./client";
import type { SchemaConductRead, SchemaShareRead } from "./schema";

export type Conduct = SchemaConductRead;
export type Share = SchemaShareRead;
export type Disclosure = Share["disclosure"];
export type OptOut = NonNullable<Conduct["opt_out"]>;
/** Which calls are listed: by what they lack, by a denial, or by what became of an opt-out. */
export type ConductFilter =
  { lacks: Disclosure } | { is_denied: true } | { opt_out: OptOut["status"] };

const KEY = ["conduct"] as const;

/** What the agent had to say in a call, and whether the other side opted out. */
export function conductQuery(callId: string) {
  return queryOptions({
    // Below the call's, so that what happens to it refreshes this.
    queryKey: [...callKeys.one(callId), "conduct"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/calls/{call_id}/conduct", {
          params: { path: { call_id: callId } },
          signal,
        }),
      ),
  });
}

/** Calls to look at, newest first. */
export function conductsQuery(filter: ConductFilter) {
  return infiniteQueryOptions({
    queryKey: [...KEY, "list", filter],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filter, limit: 20, cursor: pageParam };
      return unwrap(api.GET("/api/v1/compliance/conduct", { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** How many of the calls of each day said what they had to. */
export const sharesQuery = queryOptions({
  queryKey: [...KEY, "shares"],
  queryFn: async ({ signal }) =>
    (await unwrap(api.GET("/api/v1/compliance/conduct/shares", { signal }))).items,
});

export const conductKeys = { all: KEY };

export function decideOptOut(callId: string, isOptOut: boolean) {
  return unwrap(
    api.POST("/api/v1/calls/{call_id}/conduct/opt-out", {
      params: { path: { call_id: callId } },
      body: { is_opt_out: isOptOut },
    }),
  );
}
