import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type {
  SchemaAgentCreate,
  SchemaAgentRead,
  SchemaAgentUpdate,
  SchemaChatCreate,
  SchemaFieldChangeRead,
  SchemaPreviewCreate,
  SchemaPreviewRead,
} from "./schema";

export type Draft = SchemaAgentRead;
export type DraftChanges = SchemaAgentUpdate;
export type FieldChange = SchemaFieldChangeRead;
export type Preview = SchemaPreviewRead;

export const ofAgent = (id: string) => ({ path: { agent_id: id } });

export const draftKeys = {
  all: ["agents"] as const,
  one: (id: string) => ["agents", "draft", id] as const,
  versions: (id: string) => ["agents", "draft", id, "versions"] as const,
};

export function draftQuery(id: string) {
  return queryOptions({
    queryKey: draftKeys.one(id),
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/agents/{agent_id}", { params: ofAgent(id), signal })),
    // Somebody types here: what they see changes when they say so.
    staleTime: Infinity,
  });
}

export const voicesQuery = queryOptions({
  queryKey: ["voices"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/voices", { signal })),
  staleTime: 10 * 60_000,
});

/** Starts an agent; what is left out has a default. */
export function createDraft(config: Partial<SchemaAgentCreate>): Promise<Draft> {
  return unwrap(api.POST("/api/v1/agents", { body: config as SchemaAgentCreate }));
}

/** Changes fields of the draft, unless somebody has changed it since that revision (412). */
export function saveDraft(id: string, changes: DraftChanges, revision: number | null) {
  return unwrap(
    api.PATCH("/api/v1/agents/{agent_id}", {
      params: { ...ofAgent(id), header: ifMatch(revision) },
      body: changes,
    }),
  );
}

export function publishDraft(id: string, note: string, revision: number): Promise<Draft> {
  return unwrap(
    api.POST("/api/v1/agents/{agent_id}/publish", {
      params: { ...ofAgent(id), header: ifMatch(revision) },
      body: { note },
    }),
  );
}

export function archiveAgent(id: string): Promise<unknown> {
  return unwrap(api.DELETE("/api/v1/agents/{agent_id}", { params: ofAgent(id) }));
}

export function unarchiveAgent(id: string): Promise<Draft> {
  return unwrap(api.POST("/api/v1/agents/{agent_id}/unarchive", { params: ofAgent(id) }));
}

export type AgentVersion = Awaited<
  ReturnType<NonNullable<ReturnType<typeof versionsQuery>["queryFn"]>>
>["items"][number];

export function versionsQuery(id: string) {
  return queryOptions({
    queryKey: draftKeys.versions(id),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/agents/{agent_id}/versions", {
          params: { ...ofAgent(id), query: { limit: 100 } },
          signal,
        }),
      ),
  });
}

/** A version's number, or what has not been published yet. */
export type VersionOrDraft = number | "draft";

/** What is different between two versions; `draft` is one of them. */
export function diffQuery(
  id: string,
  base: VersionOrDraft,
  compare: VersionOrDraft,
  revision: number,
) {
  return queryOptions({
    queryKey: [...draftKeys.one(id), "diff", base, compare, revision],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/agents/{agent_id}/diff", {
          params: { ...ofAgent(id), query: { base, compare } },
          signal,
        }),
      ),
  });
}

export function restoreVersion(id: string, version: number, revision: number): Promise<Draft> {
  return unwrap(
    api.POST("/api/v1/agents/{agent_id}/versions/{version}/restore", {
      params: { path: { agent_id: id, version }, header: ifMatch(revision) },
    }),
  );
}

/** Makes a record from a past call or a transcript, and stores nothing. */
export function tryDraft(id: string, body: SchemaPreviewCreate): Promise<Preview> {
  return unwrap(api.POST("/api/v1/agents/{agent_id}/preview", { params: ofAgent(id), body }));
}

export function ifMatch(revision: number | null): { "if-match"?: string } {
  return revision === null ? {} : { "if-match": `"${revision}"` };
}

/** What the agent would say next in a chat, with the draft as it is being edited. */
export function chatWithDraft(id: string, body: SchemaChatCreate) {
  const params = ofAgent(id);
  return unwrap(api.POST("/api/v1/agents/{agent_id}/chat", { params, body }));
}
