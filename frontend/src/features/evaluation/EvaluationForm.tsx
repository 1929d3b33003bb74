import { Alert, Anchor, Button, Card, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconRefresh } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { evaluateCall, type Evaluation, evaluationKeys } from "@/api/evaluations";
import type { PolicyConfig } from "@/api/policies";
import { useIsManager } from "@/features/session/useUser";
import { Instant } from "@/parts/Instant";
import classes from "./Evaluation.module.css";
import { EvaluationHead } from "./EvaluationHead";
import type { PanelProps } from "./panelProps";
import { Resolution } from "./Resolution";
import { tell } from "./tell";
import { Verdicts } from "./Verdicts";

interface Props extends PanelProps {
  evaluation: Evaluation;
  policy: PolicyConfig;
}

export function EvaluationForm({ evaluation, policy, pinned, onShow, onHover }: Props) {
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
      <Resolution resolution={evaluation.resolution} onShow={onShow} onHover={onHover} />
      <Verdicts
        results={evaluation.results}
        criteria={policy.criteria}
        pinned={pinned}
        onShow={onShow}
        onHover={onHover}
      />
      {evaluation.results.some(({ unreliable }) => unreliable) && (
        <Text size="xs" c="dimmed" px="md" py="sm">
          Criteria on which people and the model do not agree are shown and not counted, until their
          wording changes and they are calibrated again.
        </Text>
      )}
      {isManager && (
        <Group justify="flex-end" className={classes.foot}>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRefresh size={15} aria-hidden />}
            loading={again.isPending}
            onClick={() => again.mutate()}
          >
            Score again
          </Button>
        </Group>
      )}
    </Card>
  );
}
