import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import { policyKeys } from "./policies";
import type { SchemaGoldenRunRead, SchemaMeasurementRead, SchemaReliabilityRead } from "./schema";

export type Reliability = SchemaReliabilityRead;
export type Measurement = SchemaMeasurementRead;
export type GoldenRun = SchemaGoldenRunRead;

const LOOK_AGAIN_MS = 1500;
const of = (policyId: string) => ({ path: { policy_id: policyId } });

/** How far the judge can be trusted on each criterion that it answers. */
export function reliabilityQuery(policyId: string) {
  return queryOptions({
    queryKey: [...policyKeys.one(policyId), "reliability"],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/policies/{policy_id}/reliability", { params: of(policyId), signal })),
    refetchOnMount: "always",
  });
}

/** The runs, newest first; while one is at work, it is looked at again and again. */
export function goldenRunsQuery(policyId: string) {
  return infiniteQueryOptions({
    queryKey: [...policyKeys.one(policyId), "golden-runs"],
    queryFn: ({ pageParam, signal }) => {
      const params = { ...of(policyId), query: { limit: 30, cursor: pageParam } };
      return unwrap(api.GET("/api/v1/policies/{policy_id}/golden-runs", { params, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages[0]?.items[0]?.done_at === null ? LOOK_AGAIN_MS : false,
    refetchOnMount: "always",
  });
}

/** How many evaluations by a policy people have vouched for; no more than `most` are counted. */
export function reviewedQuery(policyId: string, most: number) {
  return queryOptions({
    queryKey: ["evaluations", "reviewed", policyId, most],
    queryFn: async ({ signal }) => {
      const query = { policy_id: policyId, status: "reviewed" as const, limit: most };
      const page = await unwrap(api.GET("/api/v1/evaluations", { params: { query }, signal }));
      return page.items.length;
    },
  });
}

/** Has the latest reviewed calls judged again now. */
export function startGoldenRun(policyId: string): Promise<GoldenRun> {
  return unwrap(api.POST("/api/v1/policies/{policy_id}/golden-runs", { params: of(policyId) }));
}
