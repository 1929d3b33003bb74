import {
  Alert,
  Button,
  Card,
  Group,
  NumberInput,
  SegmentedControl,
  Text,
  Title,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Calibration, calibrationKeys, rateCall } from "@/api/calibrations";
import type { Criterion, PolicyConfig } from "@/api/policies";
import { choicesFor, verdictOf } from "@/features/evaluation/verdicts";
import { AskBeforeLeaving } from "@/parts/AskBeforeLeaving";
import { explain } from "@/parts/explain";
import styles from "./Calibration.module.css";
import { judgedOf } from "./reading";

interface Props {
  calibration: Calibration;
  policy: PolicyConfig;
  callId: string;
  onRated: () => void;
}

/** One's own verdicts on a call, before anything else is seen. */
export function RateCall({ calibration, policy, callId, onRated }: Props) {
  const [answers, setAnswers] = useState<Record<string, string>>({});
  const client = useQueryClient();
  const criteria = judgedOf(policy.criteria);
  const missing = criteria.filter(
    ({ key, scale }) => !answers[key] || verdictOf(answers[key], scale) === null,
  );
  const rate = useMutation({
    mutationFn: () =>
      rateCall(
        calibration.id,
        callId,
        Object.fromEntries(
          criteria.flatMap(({ key, scale }) => {
            const verdict = verdictOf(answers[key] ?? "", scale);
            return verdict === null ? [] : [[key, { verdict }]];
          }),
        ),
      ),
    onSuccess: async (now) => {
      client.setQueryData(calibrationKeys.one(calibration.id), now);
      onRated();
      await client.invalidateQueries({ queryKey: calibrationKeys.all });
    },
  });
  return (
    <Card component="section" aria-label="Your rating">
      <Title order={2} mb="xs">
        Your rating
      </Title>
      {criteria.map((criterion) => (
        <Question
          key={criterion.key}
          criterion={criterion}
          answer={answers[criterion.key] ?? ""}
          onAnswer={(answer) => setAnswers({ ...answers, [criterion.key]: answer })}
        />
      ))}
      {rate.error && (
        <Alert color="red" variant="light" role="alert" title={explain(rate.error).title}>
          {explain(rate.error).detail}
        </Alert>
      )}
      <Group justify="space-between" mt="md">
        <Text size="sm" c="dimmed" role="status">
          {missing.length > 0 && `${missing.length} left`}
        </Text>
        <Button
          disabled={missing.length > 0}
          loading={rate.isPending}
          onClick={() => rate.mutate()}
        >
          Save rating
        </Button>
      </Group>
      <AskBeforeLeaving isUnsaved={Object.keys(answers).length > 0 && !rate.isSuccess}>
        What you rated of this call is not saved.
      </AskBeforeLeaving>
    </Card>
  );
}

interface QuestionProps {
  criterion: Criterion;
  answer: string;
  onAnswer: (answer: string) => void;
}

function Question({ criterion, answer, onAnswer }: QuestionProps) {
  const choices = choicesFor(criterion);
  return (
    <div className={styles.rate} role="group" aria-label={criterion.name}>
      <div>
        <Text fw={560}>{criterion.name}</Text>
        <Text size="sm" c="dimmed">
          {criterion.question}
        </Text>
      </div>
      <Group gap="sm">
        {criterion.scale === "percent" && (
          <NumberInput
            aria-label={`Percent for ${criterion.name}`}
            w={110}
            min={0}
            max={100}
            allowDecimal={false}
            suffix=" %"
            value={answer === "not_applicable" ? "" : answer}
            onChange={(value) => onAnswer(String(value))}
          />
        )}
        {choices.length > 0 && (
          <SegmentedControl
            aria-label={`Verdict on ${criterion.name}`}
            size="xs"
            data={choices}
            value={answer}
            onChange={onAnswer}
          />
        )}
      </Group>
    </div>
  );
}
