import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { SchemaEvaluationListed, SchemaEvaluationRead } from "./schema";

export type Evaluation = SchemaEvaluationRead;
export type EvaluationSummary = SchemaEvaluationListed;
export type EvaluationStatus = Evaluation["status"];
export type Result = Evaluation["results"][number];

const of = (callId: string) => ({ path: { call_id: callId } });

export const evaluationKeys = {
  all: ["evaluations"] as const,
  ofCall: (callId: string) => ["evaluations", "call", callId] as const,
};

export interface EvaluationFilters {
  status: EvaluationStatus;
  policy_id: string | undefined;
  violation: string | undefined;
}

export function evaluationsQuery(filters: EvaluationFilters) {
  return infiniteQueryOptions({
    queryKey: [...evaluationKeys.all, "list", filters],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filters, limit: 50, cursor: pageParam };
      return unwrap(api.GET("/api/v1/evaluations", { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

export function evaluationQuery(callId: string) {
  return queryOptions({
    queryKey: evaluationKeys.ofCall(callId),
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/calls/{call_id}/evaluation", { params: of(callId), signal })),
  });
}

interface Again {
  policyId?: string;
  replaceReview?: boolean;
}

/** Has a call scored, by the policy it was scored by or else the one that is for it. */
export function evaluateCall(callId: string, { policyId, replaceReview = false }: Again = {}) {
  const body = { policy_id: policyId ?? null, replace_review: replaceReview };
  return unwrap(
    api.POST("/api/v1/calls/{call_id}/evaluation/evaluate", { params: of(callId), body }),
  );
}
