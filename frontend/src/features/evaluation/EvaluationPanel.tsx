import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { evaluationQuery, scoredByQuery } from "@/api/evaluations";
import { policiesQuery, policyVersionQuery } from "@/api/policies";
import { ApiProblem } from "@/api/problem";
import { ErrorState } from "@/parts/ErrorState";
import { EvaluationForm } from "./EvaluationForm";
import { BeingScored, NotScored } from "./NotScored";
import type { PanelProps } from "./panelProps";

/** How well a call went by a policy, with the proof of each verdict, and a person's word on it. */
export function EvaluationPanel(props: PanelProps) {
  const [policyId, choose] = useState(props.policyId);
  return (
    <>
      {/* In a queue it is said by which policy. */}
      {!props.onJudged && (
        <PolicyChoice callId={props.call.id} chosen={policyId} onChoose={choose} />
      )}
      <Shown {...props} policyId={policyId} />
    </>
  );
}

function Shown(props: PanelProps) {
  const evaluation = useQuery(evaluationQuery(props.call.id, props.policyId));
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

interface ChoiceProps {
  callId: string;
  chosen: string | undefined;
  onChoose: (policyId: string | undefined) => void;
}

/** Of a call that several policies score, which one's evaluation is shown. */
function PolicyChoice({ callId, chosen, onChoose }: ChoiceProps) {
  const scoredBy = useQuery(scoredByQuery(callId));
  const policies = useQuery(policiesQuery);
  const ids = scoredBy.data ?? [];
  if (ids.length < 2) return null;
  const nameOf = (id: string) => policies.data?.find((each) => each.id === id)?.name ?? "–";
  return (
    <Select
      label="Scored by"
      mb="sm"
      allowDeselect={false}
      data={ids.map((id) => ({ value: id, label: nameOf(id) }))}
      value={chosen ?? ids[0] ?? null}
      onChange={(id) => onChoose(id ?? undefined)}
    />
  );
}
