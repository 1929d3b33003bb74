import { Card } from "@mantine/core";
import type { PolicyConfig } from "@/api/policies";
import type { Place } from "@/api/records";
import { EvaluationHead, type Headed } from "./EvaluationHead";
import { Resolution } from "./Resolution";
import { Verdicts } from "./Verdicts";

interface Props {
  evaluation: Headed;
  policy: Pick<PolicyConfig, "criteria" | "passing_score">;
  pinned: Place | null;
  onShow: (place: Place) => void;
  onHover: (place: Place | null) => void;
}

const NOTHING = {};
const none = () => undefined;

/** An evaluation that nothing can be done to, such as one that was only tried. */
export function EvaluationView({ evaluation, policy, pinned, onShow, onHover }: Props) {
  return (
    <Card padding={0} component="section" aria-label="Evaluation">
      <EvaluationHead evaluation={evaluation} passingScore={policy.passing_score}>
        Tried by the draft. Nothing is stored.
      </EvaluationHead>
      <Resolution resolution={evaluation.resolution} onShow={onShow} onHover={onHover} />
      <Verdicts
        results={evaluation.results}
        criteria={policy.criteria}
        overrides={NOTHING}
        edited={[]}
        isReadOnly
        onEdit={none}
        onOverride={none}
        pinned={pinned}
        onShow={onShow}
        onHover={onHover}
      />
    </Card>
  );
}
