import { queryOptions } from "@tanstack/react-query";
import type { FieldSchema } from "@/pages/call/fields";
import { api, unwrap } from "./client";
import type { SchemaAgentRead, SchemaPresetRead } from "./schema";

export type Agent = SchemaAgentRead;

/** All agents, archived ones included: old calls name them. */
export const agentsQuery = queryOptions({
  queryKey: ["agents", "all"],
  queryFn: ({ signal }) => listAgents(signal),
});

async function listAgents(signal: AbortSignal): Promise<Agent[]> {
  const found: Agent[] = [];
  let cursor: string | undefined;
  do {
    const query = { archived: true, limit: 200, cursor };
    const page = await unwrap(api.GET("/api/v1/agents", { params: { query }, signal }));
    found.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return found;
}

export function agentQuery(id: string) {
  return queryOptions({
    queryKey: ["agents", "one", id],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/agents/{agent_id}", { params: { path: { agent_id: id } }, signal })),
  });
}

export const presetsQuery = queryOptions({
  queryKey: ["agents", "presets"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/agents/presets", { signal })),
  staleTime: Infinity,
});

export type Preset = SchemaPresetRead;

/** Starts an agent's draft from a preset. */
export function createFromPreset({ config }: Preset): Promise<Agent> {
  return unwrap(api.POST("/api/v1/agents", { body: config }));
}

/** Hands the draft to Retell, and freezes it as a version that takes calls. */
export function publishAgent(id: string): Promise<Agent> {
  const params = { path: { agent_id: id } };
  return unwrap(api.POST("/api/v1/agents/{agent_id}/publish", { params }));
}

/** The record schema of a version, or of the one that takes calls now; null where it has none. */
export function schemaQuery(agentId: string, version: number | null) {
  return queryOptions({
    queryKey: ["agents", "schema", agentId, version],
    queryFn: ({ signal }) => findSchema(agentId, version, signal),
    // A version never changes.
    staleTime: Infinity,
  });
}

async function findSchema(agentId: string, version: number | null, signal: AbortSignal) {
  let cursor: string | undefined;
  do {
    const params = { path: { agent_id: agentId }, query: { limit: 200, cursor } };
    const page = await unwrap(api.GET("/api/v1/agents/{agent_id}/versions", { params, signal }));
    // Newest first.
    const found = page.items.find((each) => version === null || each.version === version);
    if (found) return (found.config.record_schema ?? null) as FieldSchema | null;
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return null;
}
