import { queryOptions } from "@tanstack/react-query";
import type { FieldSchema } from "./json";
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

/** How the records of a version are made; the schema is null where it wants none. */
export interface RecordForm {
  schema: FieldSchema | null;
  /** Where its calls take place: the zone its times are meant in. */
  zone: string;
}

/** The form of a version's records, or of the version that takes calls now; null: there is none. */
export function recordFormQuery(agentId: string, version: number | null) {
  return queryOptions({
    queryKey: ["agents", "record form", agentId, version],
    queryFn: ({ signal }) => findForm(agentId, version, signal),
    // A version never changes.
    staleTime: Infinity,
  });
}

async function findForm(
  agentId: string,
  version: number | null,
  signal: AbortSignal,
): Promise<RecordForm | null> {
  let cursor: string | undefined;
  do {
    const params = { path: { agent_id: agentId }, query: { limit: 200, cursor } };
    const page = await unwrap(api.GET("/api/v1/agents/{agent_id}/versions", { params, signal }));
    // Newest first.
    const found = page.items.find((each) => version === null || each.version === version);
    if (found) {
      const { record_schema, time_zone } = found.config;
      return { schema: (record_schema ?? null) as FieldSchema | null, zone: time_zone };
    }
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return null;
}
