import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { SchemaColleagueRead } from "./schema";

export type Colleague = SchemaColleagueRead;

/** Who belongs to the organization, by name. */
export const colleaguesQuery = queryOptions({
  queryKey: ["colleagues"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/organisation/colleagues", { signal })),
  staleTime: 5 * 60_000,
});

/** Has somebody look after a call; null: nobody any more. */
export function assignCall(callId: string, userId: string | null) {
  return unwrap(
    api.PUT("/api/v1/calls/{call_id}/assignee", {
      params: { path: { call_id: callId } },
      body: { user_id: userId },
    }),
  );
}
