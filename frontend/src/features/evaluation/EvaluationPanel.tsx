import { useQuery } from "@tanstack/react-query";
import { evaluationQuery } from "@/api/evaluations";
import { policyVersionQuery } from "@/api/policies";
import { ApiProblem } from "@/api/problem";
import { ErrorState } from "@/parts/ErrorState";
import { EvaluationForm } from "./EvaluationForm";
import { BeingScored, NotScored } from "./NotScored";
import type { PanelProps } from "./panelProps";

/** How well a call went by the policy, with the proof of each verdict, and a person's word on it. */
export function EvaluationPanel(props: PanelProps) {
  const evaluation = useQuery(evaluationQuery(props.call.id));
  const found = evaluation.data;
  const policy = useQuery({
    ...policyVersionQuery(found?.policy_id ?? "", found?.policy_version ?? 0),
    enabled: found !== undefined,
  });
  if (evaluation.error instanceof ApiProblem && evaluation.error.status === 404)
    return <NotScored call={props.call} />;
  const error = evaluation.error ?? policy.error;
  if (error) return <ErrorState error={error} onRetry={() => void evaluation.refetch()} />;
  if (!found || !policy.data || found.status === "pending") return <BeingScored />;
  // A newer revision is another form: what was chosen for the old one does not apply.
  return <EvaluationForm key={found.id} {...props} evaluation={found} policy={policy.data} />;
}
