import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { SchemaPassageRead } from "./schema";

export type Passage = SchemaPassageRead;

export interface SearchFilters {
  q?: string;
  /** An agent's id. */
  agent?: string;
}

/** The moments in which something was said, the best first. */
export function searchQuery({ q = "", agent }: SearchFilters) {
  return queryOptions({
    queryKey: ["search", q, agent ?? null],
    queryFn: async ({ signal }) => {
      const query = { q, agent_id: agent };
      return (await unwrap(api.GET("/api/v1/search", { params: { query }, signal }))).items;
    },
    enabled: q.trim() !== "",
    placeholderData: keepPreviousData,
  });
}
