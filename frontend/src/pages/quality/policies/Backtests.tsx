import { Alert, Button, Card, Group, NumberInput, Progress, Text, Title } from "@mantine/core";
import { IconFlask } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Policy, policyKeys } from "@/api/policies";
import {
  lastBacktestQuery,
  type PolicyBacktest,
  policyTrialsQuery,
  startPolicyBacktest,
} from "@/api/policyBacktests";
import { sayScore } from "@/features/evaluation/verdicts";
import { ErrorState } from "@/parts/ErrorState";
import { explain } from "@/parts/explain";
import { humanise } from "@/parts/words";
import { isMoved } from "./effects";
import { MovedCalls } from "./MovedCalls";

interface Props {
  policy: Policy;
  hasUnsaved: boolean;
}

/** The draft tried on past calls: which scores and verdicts would move, before it is published. */
export function Backtests({ policy, hasUnsaved }: Props) {
  const [calls, setCalls] = useState(20);
  const client = useQueryClient();
  const last = useQuery(lastBacktestQuery(policy.id));
  const start = useMutation({
    mutationFn: () => startPolicyBacktest(policy.id, calls),
    onSuccess: () =>
      client.invalidateQueries({ queryKey: [...policyKeys.one(policy.id), "backtests"] }),
  });
  return (
    <Card component="section" aria-label="Back-test">
      <Title order={2}>Back-test</Title>
      <Text size="sm" c="dimmed" mt={4} mb="md">
        Scores past calls by the draft and shows what would move. No evaluation is replaced.
      </Text>
      <Group align="flex-end" gap="sm">
        <NumberInput
          label="Latest calls"
          w={130}
          min={1}
          max={200}
          value={calls}
          onChange={(value) => setCalls(Number(value) || 1)}
        />
        <Button
          leftSection={<IconFlask size={17} aria-hidden />}
          disabled={hasUnsaved}
          loading={start.isPending}
          onClick={() => start.mutate()}
        >
          Try on past calls
        </Button>
      </Group>
      {start.error && (
        <Alert color="red" variant="light" role="alert" mt="md" title={explain(start.error).title}>
          {explain(start.error).detail}
        </Alert>
      )}
      {last.error && <ErrorState error={last.error} onRetry={() => void last.refetch()} />}
      {last.data && <Report backtest={last.data} policy={policy} />}
    </Card>
  );
}

/** What it came to: what would be others, where there is something to compare with. */
function outcome(backtest: PolicyBacktest): string {
  const { mean_before: before, mean_after: after, would_pass, would_fail, needs_review } = backtest;
  const review = `${needs_review} would need review`;
  if (before === null) return `Mean score ${sayScore(after)}; ${review}.`;
  return `Mean score ${sayScore(before)} → ${sayScore(after)}; ${would_pass} would pass that do not, ${would_fail} would fail that pass, ${review}.`;
}

function Report({ backtest, policy }: { backtest: PolicyBacktest; policy: Policy }) {
  const tried = backtest.done + backtest.failed;
  const trials = useQuery(policyTrialsQuery(backtest, tried));
  const moving = (trials.data ?? []).filter(isMoved);
  const isDone = tried === backtest.total;
  return (
    <>
      <Progress
        mt="md"
        value={backtest.total === 0 ? 0 : (tried / backtest.total) * 100}
        aria-label="Calls tried"
      />
      <Text size="sm" mt="xs" aria-live="polite" className="figures">
        {tried} of {backtest.total} calls tried. {outcome(backtest)}
      </Text>
      <ByCriterion backtest={backtest} policy={policy} />
      {moving.length > 0 && (
        <div style={{ marginTop: 12 }}>
          <MovedCalls trials={moving} policy={policy} label="Verdicts that move" withScores />
        </div>
      )}
      {isDone && trials.data && moving.length === 0 && (
        <Text size="sm" c="dimmed" mt="xs">
          No score and no verdict would move.
        </Text>
      )}
    </>
  );
}

/** Which criteria move the most: those to look at. */
function ByCriterion({ backtest, policy }: { backtest: PolicyBacktest; policy: Policy }) {
  const most = Object.entries(backtest.moved).toSorted(([, one], [, other]) => other - one);
  if (most.length === 0) return null;
  const nameOf = (key: string) =>
    policy.criteria.find((each) => each.key === key)?.name ?? humanise(key);
  return (
    <Text size="sm" mt={4}>
      Verdicts that move: {most.map(([key, n]) => `${nameOf(key)} (${n})`).join(", ")}.
    </Text>
  );
}
