import { Alert, Group, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import type { Evaluation } from "@/api/evaluations";
import { formatCents } from "@/parts/money";
import { StatusBadge } from "@/parts/StatusBadge";
import classes from "./Evaluation.module.css";
import { evaluationStatuses, sayScore, toneOf } from "./verdicts";

/** What an evaluation and one that was only tried have in common. */
export type Headed = Pick<
  Evaluation,
  | "score"
  | "passed"
  | "auto_failed"
  | "category_scores"
  | "results"
  | "resolution"
  | "status"
  | "model"
  | "cost_cents"
>;

interface Props {
  evaluation: Headed;
  passingScore: number;
  /** Which policy it is by, and which revision this is. */
  children?: ReactNode;
}

/** The score, in all and by category, and where it comes from. */
export function EvaluationHead({ evaluation, passingScore, children }: Props) {
  const { score, passed, auto_failed: isAutoFailed, category_scores: categories } = evaluation;
  const { model, cost_cents: cost } = evaluation;
  return (
    <>
      <div className={classes.head}>
        <div
          className={classes.score}
          data-tone={passed === null ? "none" : passed ? "good" : "bad"}
          role="group"
          aria-label="Score"
        >
          {sayScore(score)}
          <small>{passed === null ? "No score" : passed ? "Passed" : "Not passed"}</small>
        </div>
        <div>
          <Group gap="sm">
            <Title order={2}>Evaluation</Title>
            <StatusBadge {...evaluationStatuses[evaluation.status]} />
          </Group>
          <Text size="sm" mt={2} component="div">
            {children}
          </Text>
          <Text size="xs" c="dimmed" mt={2}>
            Passes at {passingScore} · {model ?? "no model"}
            {cost !== null && ` · ${formatCents(cost)}`}
          </Text>
        </div>
      </div>
      {isAutoFailed && (
        <Alert color="red" variant="light" mx="md" mb="md" title="Failed as a whole">
          A criterion that must not fail did: the score is 0, whatever the rest is.
        </Alert>
      )}
      <div className={classes.categories}>
        {Object.entries(categories).map(([category, value]) => (
          <div key={category} className={classes.category}>
            <span>{category}</span>
            <span className="figures" style={{ fontWeight: 600 }}>
              {sayScore(value)}
            </span>
            <span className={classes.bar} data-tone={toneOf(value)} aria-hidden>
              <span style={{ width: `${value}%` }} />
            </span>
          </div>
        ))}
      </div>
    </>
  );
}
