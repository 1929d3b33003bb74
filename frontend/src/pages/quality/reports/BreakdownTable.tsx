import { Card, Skeleton, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type By, reportQuery, type ReportSpan } from "@/api/reports";
import classes from "@/features/evaluation/Evaluation.module.css";
import { sayScore, toneOf } from "@/features/evaluation/verdicts";
import { ErrorState } from "@/parts/ErrorState";
import { formatCount } from "@/parts/money";
import { sayInterval } from "./interval";
import { usePolicyNames } from "./usePolicyNames";

interface Props {
  by: Exclude<By, "week">;
  title: string;
  span: ReportSpan;
}

/** Scores by one thing, the lowest first, each with its interval. */
export function BreakdownTable({ by, title, span }: Props) {
  const report = useQuery(reportQuery(by, span));
  const policyName = usePolicyNames();
  const items = (report.data?.items ?? []).toSorted(
    (one, other) => (one.mean ?? 0) - (other.mean ?? 0),
  );
  const hasSeveral = new Set(items.map(({ policy_id }) => policy_id)).size > 1;
  return (
    <Card padding={0} component="section" aria-label={title}>
      <Title order={2} p="md" pb="xs">
        {title}
      </Title>
      {report.error && <ErrorState error={report.error} onRetry={() => void report.refetch()} />}
      {report.isPending && (
        <div style={{ padding: "0 16px 16px" }}>
          <Skeleton h={120} />
        </div>
      )}
      {report.data && (
        <Table.ScrollContainer minWidth={360}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th ta="right">Score</Table.Th>
                <Table.Th ta="right">95 % interval</Table.Th>
                <Table.Th ta="right">Calls</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map(({ name, key, policy_id, mean, interval, n }) => (
                <Table.Tr key={`${policy_id ?? ""} ${key ?? name}`}>
                  <Table.Td>
                    {name}
                    {policy_id && hasSeveral && (
                      <Text size="xs" c="dimmed">
                        {policyName(policy_id)}
                      </Text>
                    )}
                    <span
                      className={classes.bar}
                      data-tone={toneOf(mean)}
                      aria-hidden
                      style={{ display: "block", marginTop: 4 }}
                    >
                      <span style={{ width: `${mean ?? 0}%` }} />
                    </span>
                  </Table.Td>
                  <Table.Td ta="right" className="figures" fw={600}>
                    {sayScore(mean)}
                  </Table.Td>
                  <Table.Td ta="right" className="figures" style={{ whiteSpace: "nowrap" }}>
                    <Text span size="sm" c="dimmed">
                      {sayInterval(interval) ?? "–"}
                    </Text>
                  </Table.Td>
                  <Table.Td ta="right" className="figures">
                    {formatCount(n)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Card>
  );
}
