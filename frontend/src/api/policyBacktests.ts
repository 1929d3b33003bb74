import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import { policyKeys } from "./policies";
import type { SchemaPolicyBacktestRead, SchemaPolicyTrialRead } from "./schema";

export type PolicyBacktest = SchemaPolicyBacktestRead;
export type PolicyTrial = SchemaPolicyTrialRead;

const LOOK_AGAIN_MS = 1500;

function isAtWork(backtest: PolicyBacktest | undefined): boolean {
  return backtest !== undefined && backtest.done + backtest.failed < backtest.total;
}

/** The last back-test of a policy; while it works, it is looked at again and again. */
export function lastBacktestQuery(policyId: string) {
  return queryOptions({
    queryKey: [...policyKeys.one(policyId), "backtests", "last"],
    queryFn: async ({ signal }) => {
      const params = { path: { policy_id: policyId }, query: { limit: 1 } };
      const page = await unwrap(
        api.GET("/api/v1/policies/{policy_id}/backtests", { params, signal }),
      );
      return page.items[0] ?? null;
    },
    refetchInterval: ({ state }) => (isAtWork(state.data ?? undefined) ? LOOK_AGAIN_MS : false),
    refetchOnMount: "always",
  });
}

/** Call by call, what would move; `tried` reads it anew with each call that is done. */
export function policyTrialsQuery(
  { id, policy_id }: Pick<PolicyBacktest, "id" | "policy_id">,
  tried: number,
) {
  return queryOptions({
    queryKey: [...policyKeys.one(policy_id), "backtests", id, tried],
    queryFn: ({ signal }) => {
      const params = { path: { policy_id, backtest_id: id } };
      const path = "/api/v1/policies/{policy_id}/backtests/{backtest_id}/trials";
      return unwrap(api.GET(path, { params, signal }));
    },
  });
}

/** Has the draft tried on the latest calls. Nothing is replaced. */
export function startPolicyBacktest(policyId: string, calls: number) {
  const body = { policy_id: policyId, agent_id: null, most_calls: calls };
  return unwrap(api.POST("/api/v1/backtests", { body }));
}
