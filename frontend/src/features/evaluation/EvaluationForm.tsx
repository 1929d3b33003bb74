import { Alert, Anchor, Button, Card, Group, Text } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconChecks, IconRefresh } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useRef, useState } from "react";
import type { Evaluation } from "@/api/evaluations";
import type { PolicyConfig } from "@/api/policies";
import { useIsManager } from "@/features/session/useUser";
import { AskBeforeLeaving } from "@/parts/AskBeforeLeaving";
import { Instant } from "@/parts/Instant";
import type { Override } from "./CriterionEditor";
import { Dispute } from "./Dispute";
import { EvaluationHead } from "./EvaluationHead";
import classes from "./Evaluation.module.css";
import type { PanelProps } from "./panelProps";
import { editFocused, focusDoubt } from "./focus";
import { OverrideBar } from "./OverrideBar";
import { Resolution } from "./Resolution";
import { useJudgement } from "./useJudgement";
import { Verdicts } from "./Verdicts";

interface Props extends PanelProps {
  evaluation: Evaluation;
  policy: PolicyConfig;
}

export function EvaluationForm(props: Props) {
  const { evaluation, policy, pinned, onShow, onHover, onJudged } = props;
  const [overrides, setOverrides] = useState<Record<string, Override>>({});
  const [edited, setEdited] = useState<readonly string[]>([]);
  const judgement = useJudgement(evaluation, onJudged);
  const { approve, override, again } = judgement;
  const list = useRef<HTMLDivElement>(null);
  const isManager = useIsManager();
  const count = Object.keys(overrides).length;
  const isDisputed = evaluation.status === "disputed";
  const canApprove = evaluation.status === "needs_review" || evaluation.status === "valid";
  const save = () => override.mutate(overrides);
  const judge = () => {
    if (approve.isPending || override.isPending || edited.length > 0) return;
    if (count > 0) save();
    else if (canApprove) approve.mutate();
  };
  useHotkeys(
    onJudged
      ? [
          ["a", () => !isAsked() && judge()],
          ["n", () => !isAsked() && focusDoubt(list.current, 1)],
          ["p", () => !isAsked() && focusDoubt(list.current, -1)],
          ["e", () => !isAsked() && editFocused(list.current)],
        ]
      : [],
  );
  const setEditing = (key: string, isEdited: boolean) =>
    setEdited((all) => [...all.filter((each) => each !== key), ...(isEdited ? [key] : [])]);
  return (
    <Card padding={0} component="section" aria-label="Evaluation">
      <EvaluationHead evaluation={evaluation} passingScore={policy.passing_score}>
        <Anchor
          inherit
          renderRoot={(props) => (
            <Link
              {...props}
              to="/quality/policies/$policyId"
              params={{ policyId: evaluation.policy_id }}
            />
          )}
        >
          {policy.name}
        </Anchor>
        , version {evaluation.policy_version} · revision {evaluation.revision} ·{" "}
        <Instant at={evaluation.created_at} />
      </EvaluationHead>
      {evaluation.failure && (
        <Alert color="red" variant="light" mx="md" mb="md">
          {evaluation.failure}
        </Alert>
      )}
      <Resolution resolution={evaluation.resolution} onShow={onShow} onHover={onHover} />
      <div ref={list}>
        <Verdicts
          criteria={policy.criteria}
          results={evaluation.results}
          leftOut={evaluation.left_out}
          overrides={overrides}
          edited={edited}
          isReadOnly={isDisputed}
          pinned={pinned}
          onShow={onShow}
          onHover={onHover}
          onEdit={setEditing}
          onOverride={(key, given) => setOverrides({ ...overrides, [key]: given })}
        />
      </div>
      {count > 0 ? (
        <OverrideBar
          count={count}
          error={override.error}
          isSaving={override.isPending}
          onDiscard={() => setOverrides({})}
          onSave={save}
        />
      ) : (
        <Group justify="space-between" className={classes.foot} gap="xs">
          <Group gap="xs">
            {canApprove && (
              <Button
                size="xs"
                leftSection={<IconChecks size={15} aria-hidden />}
                loading={approve.isPending}
                onClick={judge}
              >
                Approve
              </Button>
            )}
            <Dispute evaluation={evaluation} judgement={judgement} />
          </Group>
          {isManager && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconRefresh size={15} aria-hidden />}
              loading={again.isPending}
              onClick={() => again.mutate()}
            >
              Score again
            </Button>
          )}
        </Group>
      )}
      {evaluation.left_out.length > 0 && (
        <Text size="xs" c="dimmed" px="md" pb="md">
          Criteria that people and the model judge differently are shown and not counted, until
          their wording changes and they are calibrated again.
        </Text>
      )}
      <AskBeforeLeaving isUnsaved={count > 0 || edited.length > 0}>
        What you overrode of this evaluation is not saved.
      </AskBeforeLeaving>
    </Card>
  );
}

/** Whether a dialog waits for an answer: keys are not for what is behind it. */
function isAsked(): boolean {
  return document.querySelector("[role=dialog]") !== null;
}
