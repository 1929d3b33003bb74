import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { SchemaRecordListed } from "./schema";

export type Reviewed = SchemaRecordListed;

/** Which of the records that need a person, and which first. What waits longest comes first. */
export interface QueueFilters {
  agent?: string;
  problem?: string;
  /** A user's id, `me` or `nobody`: whose the calls are. */
  assignee?: string;
  order?: "newest";
}

const status = "needs_review" as const;

export const reviewKey = ["records", "review"] as const;

/** The records that need a person. What the feed announces makes it stale. */
export function reviewQuery({ agent, problem, assignee, order }: QueueFilters = {}) {
  return infiniteQueryOptions({
    queryKey: [...reviewKey, { agent, problem, assignee, order }],
    queryFn: ({ pageParam, signal }) => {
      const query = {
        ...{ status, agent_id: agent, problem, assigned_to: assignee },
        order: order ?? ("oldest" as const),
        ...{ limit: 50, cursor: pageParam },
      };
      return unwrap(api.GET("/api/v1/records", { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** How many there are. */
export function reviewCountQuery({ agent, problem, assignee }: QueueFilters = {}) {
  return queryOptions({
    queryKey: [...reviewKey, "count", { agent, problem, assignee }],
    queryFn: ({ signal }) => {
      const query = { status, agent_id: agent, problem, assigned_to: assignee };
      return unwrap(api.GET("/api/v1/records/count", { params: { query }, signal }));
    },
  });
}
