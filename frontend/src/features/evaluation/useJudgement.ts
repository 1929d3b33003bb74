import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import {
  approveEvaluation,
  decideDispute,
  disputeEvaluation,
  type Evaluation,
  evaluateCall,
  evaluationKeys,
  overrideEvaluation,
  type Overrides,
} from "@/api/evaluations";
import { explain } from "@/parts/explain";

/** What a person says of an evaluation. */
export function useJudgement(evaluation: Evaluation, onJudged: (() => void) | undefined) {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: evaluationKeys.all });
  const onSuccess = async () => {
    onJudged?.();
    await refresh();
  };
  const { call_id: callId } = evaluation;
  return {
    approve: useMutation({
      mutationFn: () => approveEvaluation(evaluation),
      onSuccess,
      onError: tell,
    }),
    override: useMutation({
      mutationFn: (results: Overrides) => overrideEvaluation(evaluation, results),
      onSuccess,
    }),
    dispute: useMutation({
      mutationFn: (reason: string) => disputeEvaluation(callId, reason),
      onSuccess: refresh,
    }),
    decide: useMutation({
      mutationFn: (decision: Parameters<typeof decideDispute>[1]) =>
        decideDispute(callId, decision),
      onSuccess: refresh,
    }),
    again: useMutation({
      mutationFn: () => evaluateCall(callId, { replaceReview: evaluation.status === "reviewed" }),
      onSuccess: async () => {
        await refresh();
        notifications.show({
          title: "Scoring is running",
          message: "The new revision will appear shortly.",
        });
      },
      onError: tell,
    }),
  };
}

export function tell(error: Error): void {
  const { title, detail } = explain(error);
  notifications.show({ color: "red", title, message: detail, autoClose: 8000 });
}
