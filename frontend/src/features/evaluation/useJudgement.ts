import { useMutation, useQueryClient } from "@tanstack/react-query";
import {
  approveEvaluation,
  disputeEvaluation,
  type Evaluation,
  evaluationKeys,
  overrideEvaluation,
  type Overrides,
} from "@/api/evaluations";
import { tell } from "./tell";

/** What a person says of an evaluation. */
export function useJudgement(evaluation: Evaluation, onJudged: (() => void) | undefined) {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: evaluationKeys.all });
  const onSuccess = async () => {
    onJudged?.();
    await refresh();
  };
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
      mutationFn: (reason: string) => disputeEvaluation(evaluation, reason),
      onSuccess: refresh,
    }),
  };
}
