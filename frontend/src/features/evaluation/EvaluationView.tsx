import { Card } from "@mantine/core";
import type { Place } from "@/api/records";
import type { PolicyConfig } from "@/api/policies";
import { EvaluationHead, type Headed } from "./EvaluationHead";
import { Resolution } from "./Resolution";
import { Verdicts } from "./Verdicts";

interface Props {
  evaluation: Headed;
  policy: Pick<PolicyConfig, "name" | "criteria" | "passing_score">;
  pinned: Place | null;
  onShow: (place: Place) => void;
  onHover: (place: Place | null) => void;
}

/** An evaluation that nothing can be done to, such as one that was only tried. */
export function EvaluationView({ evaluation, policy, pinned, onShow, onHover }: Props) {
  return (
    <Card padding={0} component="section" aria-label="Evaluation">
      <EvaluationHead evaluation={evaluation} passingScore={policy.passing_score} />
      <Resolution resolution={evaluation.resolution} onShow={onShow} onHover={onHover} />
      <Verdicts
        criteria={policy.criteria}
        results={evaluation.results}
        leftOut={evaluation.left_out}
        isReadOnly
        pinned={pinned}
        onShow={onShow}
        onHover={onHover}
      />
    </Card>
  );
}
