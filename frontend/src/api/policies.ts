import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import { ifMatch, type VersionOrDraft } from "./drafts";
import type {
  SchemaEvaluationPreview,
  SchemaPolicyConfig,
  SchemaPolicyCreate,
  SchemaPolicyRead,
  SchemaPolicyUpdate,
} from "./schema";

export type Policy = SchemaPolicyRead;
export type PolicyConfig = SchemaPolicyConfig;
export type PolicyPreview = SchemaEvaluationPreview;
export type PolicyDraft = Partial<SchemaPolicyUpdate>;
export type Criterion = PolicyConfig["criteria"][number];
export type CriterionDraft = Criterion;
export type Severity = Criterion["severity"];
export type Rule = NonNullable<Criterion["rule"]>;

const of = (id: string) => ({ path: { policy_id: id } });

export const policyKeys = {
  all: ["policies"] as const,
  one: (id: string) => ["policies", "one", id] as const,
};

/** All policies, archived ones included: old evaluations name them. */
export const policiesQuery = queryOptions({
  queryKey: [...policyKeys.all, "list"],
  queryFn: async ({ signal }) => {
    const found: Policy[] = [];
    let cursor: string | undefined;
    do {
      const query = { archived: true, limit: 200, cursor };
      const page = await unwrap(api.GET("/api/v1/policies", { params: { query }, signal }));
      found.push(...page.items);
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    return found;
  },
});

export function policyQuery(id: string) {
  return queryOptions({
    queryKey: policyKeys.one(id),
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/policies/{policy_id}", { params: of(id), signal })),
    // Somebody types here: what they see changes when they say so.
    staleTime: Infinity,
  });
}

export const policyPresetsQuery = queryOptions({
  queryKey: [...policyKeys.all, "presets"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/policies/presets", { signal })),
  staleTime: Infinity,
});

export function createPolicy(config: PolicyDraft): Promise<Policy> {
  return unwrap(api.POST("/api/v1/policies", { body: config as SchemaPolicyCreate }));
}

/** Changes fields of the draft, unless somebody has changed it since that revision (412). */
export function savePolicy(id: string, changes: PolicyDraft, revision: number | null) {
  return unwrap(
    api.PATCH("/api/v1/policies/{policy_id}", {
      params: { ...of(id), header: ifMatch(revision) },
      body: changes,
    }),
  );
}

export function publishPolicy(id: string, note: string, revision: number): Promise<Policy> {
  return unwrap(
    api.POST("/api/v1/policies/{policy_id}/publish", {
      params: { ...of(id), header: ifMatch(revision) },
      body: { note },
    }),
  );
}

export function archivePolicy(id: string): Promise<unknown> {
  return unwrap(api.DELETE("/api/v1/policies/{policy_id}", { params: of(id) }));
}

export function unarchivePolicy(id: string): Promise<Policy> {
  return unwrap(api.POST("/api/v1/policies/{policy_id}/unarchive", { params: of(id) }));
}

export function policyVersionsQuery(id: string) {
  return queryOptions({
    queryKey: [...policyKeys.one(id), "versions"],
    queryFn: ({ signal }) => {
      const params = { ...of(id), query: { limit: 100 } };
      return unwrap(api.GET("/api/v1/policies/{policy_id}/versions", { params, signal }));
    },
  });
}

/** A version never changes. */
export function policyVersionQuery(id: string, version: number) {
  return queryOptions({
    queryKey: [...policyKeys.one(id), "versions", version],
    queryFn: async ({ signal }) => {
      const params = { path: { policy_id: id, version } };
      const path = "/api/v1/policies/{policy_id}/versions/{version}";
      return (await unwrap(api.GET(path, { params, signal }))).config;
    },
    staleTime: Infinity,
  });
}

/** What is different between two versions; `draft` is one of them. */
export function policyDiffQuery(
  id: string,
  base: VersionOrDraft,
  compare: VersionOrDraft,
  revision: number,
) {
  return queryOptions({
    queryKey: [...policyKeys.one(id), "diff", base, compare, revision],
    queryFn: ({ signal }) => {
      const params = { ...of(id), query: { base, compare } };
      return unwrap(api.GET("/api/v1/policies/{policy_id}/diff", { params, signal }));
    },
  });
}

export function restorePolicyVersion(id: string, version: number, revision: number) {
  return unwrap(
    api.POST("/api/v1/policies/{policy_id}/versions/{version}/restore", {
      params: { path: { policy_id: id, version }, header: ifMatch(revision) },
    }),
  );
}

/** Scores a past call by the draft, and stores nothing. */
export function tryPolicy(id: string, callId: string): Promise<PolicyPreview> {
  return unwrap(
    api.POST("/api/v1/policies/{policy_id}/preview", {
      params: of(id),
      body: { call_id: callId },
    }),
  );
}
