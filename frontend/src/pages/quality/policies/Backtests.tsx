import {
  Alert,
  Anchor,
  Button,
  Card,
  Group,
  NumberInput,
  Progress,
  Table,
  Text,
  Title,
} from "@mantine/core";
import { IconFlask } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type Policy, policyKeys } from "@/api/policies";
import {
  lastBacktestQuery,
  type PolicyBacktest,
  policyTrialsQuery,
  startPolicyBacktest,
} from "@/api/policyBacktests";
import { sayScore, sayVerdict } from "@/features/evaluation/verdicts";
import { ErrorState } from "@/parts/ErrorState";
import { explain } from "@/parts/explain";

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
  const asked = new Map(policy.criteria.map((each) => [each.key, each]));
  const nameOf = (key: string) => asked.get(key)?.name ?? key;
  const moving = (trials.data ?? []).filter(
    ({ moved, failure, score_before, score_after }) =>
      moved.length > 0 || failure !== null || score_before !== score_after,
  );
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
      {moving.length > 0 && (
        <Table.ScrollContainer minWidth={480} mt="sm">
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Call</Table.Th>
                <Table.Th>Score</Table.Th>
                <Table.Th>Verdicts that move</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {moving.map(({ call_id, score_before, score_after, moved, failure }) => (
                <Table.Tr key={call_id} style={{ verticalAlign: "top" }}>
                  <Table.Td>
                    <Anchor
                      size="sm"
                      renderRoot={(props) => (
                        <Link {...props} to="/calls/$callId" params={{ callId: call_id }} />
                      )}
                    >
                      Show the call
                    </Anchor>
                  </Table.Td>
                  <Table.Td className="figures" style={{ whiteSpace: "nowrap" }}>
                    {sayScore(score_before)} → {sayScore(score_after)}
                  </Table.Td>
                  <Table.Td>
                    {failure}
                    {moved.map(({ key, before, after }) => (
                      <Text key={key} size="sm">
                        {nameOf(key)}: {sayVerdict(before, asked.get(key)?.scale)} →{" "}
                        {sayVerdict(after, asked.get(key)?.scale)}
                      </Text>
                    ))}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </>
  );
}
