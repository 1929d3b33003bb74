import { Anchor, Card, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReportSpan, worstCallsQuery } from "@/api/reports";
import { useAgentNames } from "@/features/agents/useAgentNames";
import classes from "@/features/evaluation/Evaluation.module.css";
import { sayScore, toneOf } from "@/features/evaluation/verdicts";
import { sayWeek } from "./span";

/** The calls to listen to first. */
export function WorstCalls({ span }: { span: ReportSpan }) {
  const worst = useQuery(worstCallsQuery(span));
  const nameOf = useAgentNames();
  if (!worst.data || worst.data.length === 0) return null;
  return (
    <Card padding={0} component="section" aria-label="Lowest scores">
      <Title order={2} p="md" pb="xs">
        Lowest scores
      </Title>
      <Table.ScrollContainer minWidth={360}>
        <Table>
          <Table.Tbody>
            {worst.data.map(({ call_id, agent_id, score, week }) => (
              <Table.Tr key={call_id}>
                <Table.Td w={90}>
                  <span className={classes.verdict} data-tone={toneOf(score)}>
                    {sayScore(score)}
                  </span>
                </Table.Td>
                <Table.Td>{nameOf(agent_id)}</Table.Td>
                <Table.Td>
                  <Text span size="sm" c="dimmed">
                    Week of {sayWeek(week)}
                  </Text>
                </Table.Td>
                <Table.Td ta="right">
                  <Anchor
                    size="sm"
                    renderRoot={(props) => (
                      <Link
                        {...props}
                        to="/calls/$callId"
                        params={{ callId: call_id }}
                        search={{ tab: "evaluation" }}
                      />
                    )}
                  >
                    Open the call
                  </Anchor>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}
