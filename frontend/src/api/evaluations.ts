import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { CriterionDraft } from "./policies";
import type { SchemaEvaluationListed, SchemaEvaluationRead } from "./schema";

export type Evaluation = SchemaEvaluationRead;
export type EvaluationSummary = SchemaEvaluationListed;
export type EvaluationStatus = Evaluation["status"];
export type Result = Evaluation["results"][number];
export type Criterion = CriterionDraft;
export type Severity = Criterion["severity"];
export type Overrides = Record<string, { verdict: Result["verdict"]; note: string | null }>;

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

export function evaluateCall(callId: string, { replaceReview = false } = {}) {
  const body = { replace_review: replaceReview };
  return unwrap(
    api.POST("/api/v1/calls/{call_id}/evaluation/evaluate", { params: of(callId), body }),
  );
}

/** Puts a person's verdicts before the model's. Refused when there is a newer revision. */
export function overrideEvaluation({ call_id, revision }: Evaluation, results: Overrides) {
  const body = { results, revision };
  return unwrap(api.PATCH("/api/v1/calls/{call_id}/evaluation", { params: of(call_id), body }));
}

export function approveEvaluation({ call_id, revision }: Evaluation) {
  const body = { revision };
  return unwrap(
    api.POST("/api/v1/calls/{call_id}/evaluation/approve", { params: of(call_id), body }),
  );
}

export function disputeEvaluation(callId: string, reason: string) {
  return unwrap(
    api.POST("/api/v1/calls/{call_id}/evaluation/dispute", {
      params: of(callId),
      body: { reason },
    }),
  );
}
