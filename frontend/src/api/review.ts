import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { SchemaRecordListed } from "./schema";

export type Reviewed = SchemaRecordListed;

/** The records that need a person, newest first. What the feed announces makes it stale. */
export const reviewQuery = infiniteQueryOptions({
  queryKey: ["records", "review"],
  queryFn: ({ pageParam, signal }) => {
    const query = { status: "needs_review" as const, limit: 50, cursor: pageParam };
    return unwrap(api.GET("/api/v1/records", { params: { query }, signal }));
  },
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});
