import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { SchemaPassageRead, SchemaSearchMode } from "./schema";

export type Passage = SchemaPassageRead;
export type SearchMode = SchemaSearchMode;

export interface SearchFilters {
  q?: string;
  /** An agent's id. */
  agent?: string;
  /** Left out: by words and by meaning. */
  mode?: Exclude<SearchMode, "hybrid">;
  /** Instead of words: a call with a moment to find more of, by the turn. */
  like?: string;
  turn?: number;
}

/** Reads the address of a search, and leaves out what is none. */
export function readSearch(asked: Record<string, unknown>): SearchFilters {
  return {
    ...(typeof asked.q === "string" && asked.q && { q: asked.q }),
    ...(typeof asked.agent === "string" && { agent: asked.agent }),
    ...((asked.mode === "text" || asked.mode === "meaning") && { mode: asked.mode }),
    ...(typeof asked.like === "string" &&
      Number.isInteger(asked.turn) && { like: asked.like, turn: Number(asked.turn) }),
  };
}

export function isAsked({ q = "", like }: SearchFilters): boolean {
  return like !== undefined || q.trim() !== "";
}

/** The moments in which something was said or meant, the best first, and how they were found. */
export function searchQuery(filters: SearchFilters, limit = 20) {
  return queryOptions({
    queryKey: ["search", filters, limit],
    queryFn: async ({ signal }) => {
      const { q = "", agent, mode, like, turn = 0 } = filters;
      if (like !== undefined) {
        const query = { call_id: like, turn, agent_id: agent, limit };
        return unwrap(api.GET("/api/v1/search/similar", { params: { query }, signal }));
      }
      const query = { q, agent_id: agent, mode, limit };
      return unwrap(api.GET("/api/v1/search", { params: { query }, signal }));
    },
    enabled: isAsked(filters),
    placeholderData: keepPreviousData,
  });
}

/** Whether searches are answered by meaning, and if not, why. */
export const meaningQuery = queryOptions({
  queryKey: ["search", "meaning"],
  queryFn: async ({ signal }) => unwrap(api.GET("/api/v1/search/meaning", { signal })),
});
