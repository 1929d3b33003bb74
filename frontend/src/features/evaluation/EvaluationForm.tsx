import { Alert, Anchor, Button, Card, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconChecks, IconRefresh } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { evaluateCall, type Evaluation, evaluationKeys, type Overrides } from "@/api/evaluations";
import type { PolicyConfig } from "@/api/policies";
import { useIsManager } from "@/features/session/useUser";
import { AskBeforeLeaving } from "@/parts/AskBeforeLeaving";
import { Instant } from "@/parts/Instant";
import { isAsked, useKeys } from "@/parts/useKeys";
import type { Override } from "./CriterionEditor";
import { Disputed, DisputeButton, useDispute } from "./Dispute";
import classes from "./Evaluation.module.css";
import { EvaluationHead } from "./EvaluationHead";
import { editFocused, focusDoubt } from "./focus";
import { OverrideBar } from "./OverrideBar";
import type { PanelProps } from "./panelProps";
import { Resolution } from "./Resolution";
import { tell } from "./tell";
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
  const { approve, override } = judgement;
  const list = useRef<HTMLDivElement>(null);
  const count = Object.keys(overrides).length;
  const { status } = evaluation;
  const dispute = useDispute(evaluation);
  const isReadOnly = status === "failed" || !dispute.canJudge;
  const canApprove = !isReadOnly && status !== "reviewed";
  const save = () => override.mutate(given(overrides));
  const judge = () => {
    if (approve.isPending || override.isPending || edited.length > 0) return;
    if (count > 0) save();
    else if (canApprove) approve.mutate();
  };
  useKeys(
    onJudged
      ? [
          ["a", () => !isAsked() && judge()],
          ["n", () => !isAsked() && focusDoubt(list.current, 1)],
          ["p", () => !isAsked() && focusDoubt(list.current, -1)],
          ["e", () => !isAsked() && editFocused(list.current)],
        ]
      : [],
  );
  const isManager = useIsManager();
  const client = useQueryClient();
  const again = useMutation({
    mutationFn: () =>
      evaluateCall(evaluation.call_id, {
        policyId: evaluation.policy_id,
        replaceReview: evaluation.origin !== "judging",
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: evaluationKeys.all });
      notifications.show({
        title: "Scoring is running",
        message: "The new revision will appear shortly.",
      });
    },
    onError: tell,
  });
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
      {dispute.isDisputed && <Disputed dispute={dispute} />}
      <Resolution resolution={evaluation.resolution} onShow={onShow} onHover={onHover} />
      <div ref={list}>
        <Verdicts
          results={evaluation.results}
          criteria={policy.criteria}
          overrides={overrides}
          edited={edited}
          isReadOnly={isReadOnly}
          onEdit={(key, isEdited) =>
            setEdited((all) => [...all.filter((each) => each !== key), ...(isEdited ? [key] : [])])
          }
          onOverride={(key, one) => setOverrides({ ...overrides, [key]: one })}
          pinned={pinned}
          onShow={onShow}
          onHover={onHover}
        />
      </div>
      {evaluation.results.some(({ unreliable }) => unreliable) && (
        <Text size="xs" c="dimmed" px="md" py="sm">
          Criteria on which people and the model do not agree are shown and not counted, until their
          wording changes and they are calibrated again.
        </Text>
      )}
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
            {!dispute.isDisputed && status !== "failed" && <DisputeButton judgement={judgement} />}
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
      <AskBeforeLeaving isUnsaved={count > 0 || edited.length > 0}>
        What you overrode of this evaluation is not saved.
      </AskBeforeLeaving>
    </Card>
  );
}

/** What was chosen, as the service takes it. */
function given(overrides: Record<string, Override>): Overrides {
  return Object.fromEntries(
    Object.entries(overrides).flatMap(([key, { verdict, note }]) =>
      verdict === null ? [] : [[key, { verdict, note: note === "" ? null : note }]],
    ),
  );
}
