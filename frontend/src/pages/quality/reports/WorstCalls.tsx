import { Card, Table, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReportSpan, worstCallsQuery } from "@/api/reports";
import classes from "@/features/evaluation/Evaluation.module.css";
import { sayScore, toneOf } from "@/features/evaluation/verdicts";
import { CallLink } from "@/pages/quality/calls/CallLink";
import { usePolicyNames } from "./usePolicyNames";

/** The calls to listen to first. */
export function WorstCalls({ span }: { span: ReportSpan }) {
  const worst = useQuery(worstCallsQuery(span));
  const policyName = usePolicyNames();
  if (!worst.data || worst.data.length === 0) return null;
  return (
    <Card padding={0} component="section" aria-label="Lowest scores">
      <Title order={2} p="md" pb="xs">
        Lowest scores
      </Title>
      <Table>
        <Table.Tbody>
          {worst.data.map(({ call_id, policy_id, score, call }) => (
            <Table.Tr key={`${call_id} ${policy_id}`}>
              <Table.Td w={80}>
                <span className={classes.verdict} data-tone={toneOf(score)}>
                  {sayScore(score)}
                </span>
              </Table.Td>
              <Table.Td>
                <CallLink callId={call_id} policyId={policy_id} call={call} />
              </Table.Td>
              {!span.policy_id && (
                <Table.Td fz="sm" c="dimmed" visibleFrom="sm">
                  {policyName(policy_id)}
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}
