import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { SchemaDisputeRead, SchemaEvaluationListed, SchemaEvaluationRead } from "./schema";

export type Evaluation = SchemaEvaluationRead;
export type EvaluationSummary = SchemaEvaluationListed;
export type EvaluationStatus = Evaluation["status"];
export type Result = Evaluation["results"][number];

export type Dispute = SchemaDisputeRead;
/** A person's verdicts, by the criteria's keys. */
export type Overrides = Record<
  string,
  { verdict: "yes" | "no" | "not_applicable" | number; note: string | null }
>;

const of = (callId: string) => ({ path: { call_id: callId } });
const ofPolicy = ({ call_id, policy_id }: Evaluation) => ({
  path: { call_id },
  query: { policy_id },
});

export const evaluationKeys = {
  all: ["evaluations"] as const,
  ofCall: (callId: string) => ["evaluations", "call", callId] as const,
};

export interface EvaluationFilters {
  status: EvaluationStatus;
  policy_id: string | undefined;
  violation: string | undefined;
  /** A user's id, `me` or `nobody`. */
  assigned_to: string | undefined;
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

/** By one policy; without it, by the oldest that the call was scored by. */
export function evaluationQuery(callId: string, policyId?: string) {
  return queryOptions({
    queryKey: [...evaluationKeys.ofCall(callId), "by", policyId ?? null],
    queryFn: ({ signal }) => {
      const params = { ...of(callId), query: { policy_id: policyId } };
      return unwrap(api.GET("/api/v1/calls/{call_id}/evaluation", { params, signal }));
    },
  });
}

/** The policies that a call was scored by, the oldest first. */
export function scoredByQuery(callId: string) {
  return queryOptions({
    queryKey: [...evaluationKeys.ofCall(callId), "policies"],
    queryFn: async ({ signal }) => {
      const query = { call_id: callId, limit: 200 };
      const page = await unwrap(api.GET("/api/v1/evaluations", { params: { query }, signal }));
      return [...new Set(page.items.map((each) => each.policy_id))].sort();
    },
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

/** Puts a person's verdicts before the judge's. Refused when there is a newer revision. */
export function overrideEvaluation(seen: Evaluation, results: Overrides) {
  const body = { results, revision: seen.revision };
  return unwrap(api.PATCH("/api/v1/calls/{call_id}/evaluation", { params: ofPolicy(seen), body }));
}

/** Vouches for an evaluation as it is; of a disputed one that turns the dispute down. */
export function approveEvaluation(seen: Evaluation) {
  const body = { revision: seen.revision };
  return unwrap(
    api.POST("/api/v1/calls/{call_id}/evaluation/approve", { params: ofPolicy(seen), body }),
  );
}

export function disputeEvaluation(seen: Evaluation, reason: string) {
  const body = { reason, revision: seen.revision };
  return unwrap(
    api.POST("/api/v1/calls/{call_id}/evaluation/dispute", { params: ofPolicy(seen), body }),
  );
}

export function disputesQuery(callId: string) {
  return queryOptions({
    queryKey: [...evaluationKeys.ofCall(callId), "disputes"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/calls/{call_id}/evaluation/disputes", { params: of(callId), signal }),
      ),
  });
}
