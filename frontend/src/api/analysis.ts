import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { callKeys } from "./calls";
import { api, unwrap } from "./client";
import { ApiProblem } from "./problem";
import type {
  SchemaAnalysisDetail,
  SchemaAnalysisSettingsRead,
  SchemaAnalysisSettingsUpdate,
} from "./schema";

export type Analysis = SchemaAnalysisDetail;
export type Moment = Analysis["sentiment"][number];
export type AnalysisSettings = SchemaAnalysisSettingsRead;
export type AnalysisChanges = Partial<SchemaAnalysisSettingsUpdate>;

const KEY = ["analysis"] as const;

export const analysisKeys = { all: KEY };

/** What a call tells, whatever it was for; null while nobody has analyzed it. */
export function analysisQuery(callId: string) {
  return queryOptions({
    // Below the call's, so that what happens to it refreshes this.
    queryKey: [...callKeys.one(callId), "analysis"],
    queryFn: async ({ signal }): Promise<Analysis | null> => {
      const params = { path: { call_id: callId } };
      try {
        return await unwrap(api.GET("/api/v1/calls/{call_id}/analysis", { params, signal }));
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 404) return null;
        throw error;
      }
    },
  });
}

export function analyzeCall(callId: string) {
  const params = { path: { call_id: callId } };
  return unwrap(api.POST("/api/v1/calls/{call_id}/analysis", { params }));
}

/** How calls are analyzed, and how today's budget stands. */
export const analysisSettingsQuery = queryOptions({
  queryKey: [...KEY, "settings"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/analysis/settings", { signal })),
});

export function updateAnalysisSettings(changes: AnalysisChanges): Promise<AnalysisSettings> {
  const body = changes as SchemaAnalysisSettingsUpdate;
  return unwrap(api.PATCH("/api/v1/analysis/settings", { body }));
}

export function readAnalysisPreset() {
  return unwrap(api.GET("/api/v1/analysis/preset"));
}

/** What analyses cost day by day. */
export const analysisDaysQuery = queryOptions({
  queryKey: [...KEY, "days"],
  queryFn: async ({ signal }) =>
    (await unwrap(api.GET("/api/v1/analysis/days", { params: { query: { days: 30 } }, signal })))
      .items,
});

/** How many calls were left out, and what they would cost. */
export const leftOutQuery = queryOptions({
  queryKey: [...KEY, "left-out"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/analysis/left-out", { signal })),
});

/** The calls that were left out, newest first. */
export const leftOutCallsQuery = infiniteQueryOptions({
  queryKey: [...KEY, "left-out", "calls"],
  queryFn: ({ pageParam, signal }) => {
    const query = { status: "left_out" as const, limit: 20, cursor: pageParam };
    return unwrap(api.GET("/api/v1/analyses", { params: { query }, signal }));
  },
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

export function analyzeLeftOut() {
  return unwrap(api.POST("/api/v1/analysis/left-out/analyze"));
}
