import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import { type Draft, ifMatch, ofAgent } from "./drafts";
import type { SchemaImportableRead, SchemaSyncRead } from "./schema";

export type Comparison = SchemaSyncRead;
export type Importable = SchemaImportableRead;

export const syncKeys = {
  one: (id: string) => ["sync", id] as const,
  importable: ["sync", "importable"] as const,
};

/** Asks Retell now, and keeps what came of it with the agent. */
export function comparisonQuery(id: string) {
  return queryOptions({
    queryKey: syncKeys.one(id),
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/agents/{agent_id}/sync", { params: ofAgent(id), signal })),
    // Nobody tells when somebody changes something at Retell: look whenever it is looked at.
    refetchOnMount: "always",
    retry: false,
  });
}

/** Publishes at Retell once more what was last published here. */
export function overwriteRetell(id: string): Promise<Draft> {
  return unwrap(api.POST("/api/v1/agents/{agent_id}/sync/overwrite", { params: ofAgent(id) }));
}

/** Takes what is live at Retell into the draft, unless somebody has changed that since (412). */
export function importFromRetell(id: string, revision: number): Promise<Draft> {
  const params = { ...ofAgent(id), header: ifMatch(revision) };
  return unwrap(api.POST("/api/v1/agents/{agent_id}/sync/import", { params }));
}

/** The voice agents of the Retell account, with those that are here already. */
export const importableQuery = queryOptions({
  queryKey: syncKeys.importable,
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/agents/importable", { signal })),
  refetchOnMount: "always",
  retry: false,
});

/** Makes a draft of an agent at Retell; publishing then goes on with that very agent. */
export function takeOver(retellAgentId: string): Promise<Draft> {
  const body = { retell_agent_id: retellAgentId };
  return unwrap(api.POST("/api/v1/agents/import", { body }));
}
