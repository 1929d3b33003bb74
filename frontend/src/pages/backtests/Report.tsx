import { Card, SimpleGrid, Skeleton, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { type Backtest, type BacktestReport, reportQuery } from "@/api/backtests";
import { labelOf } from "@/features/record/values";
import { ErrorState } from "@/parts/ErrorState";
import { Absent } from "@/parts/Instant";
import { formatCents, formatCount } from "@/parts/money";

/** What would change in all, and how good it is where a person has vouched for the truth. */
export function Report({ backtest, tried }: { backtest: Backtest; tried: number }) {
  const report = useQuery(reportQuery(backtest.id, tried));
  if (report.error)
    return <ErrorState error={report.error} onRetry={() => void report.refetch()} />;
  if (!report.data) return <Skeleton h={200} radius="lg" />;
  const { changed, failed, status_before: before, status_after: after, cost_cents } = report.data;
  return (
    <Card component="section" aria-label="What would change">
      <Title order={2} mb="md">
        {backtest.state === "applied" ? "What has changed" : "What would change"}
      </Title>
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        <Figure label="Records that differ">{formatCount(changed)}</Figure>
        <Figure label="To review: before → after">
          {formatCount(before.needs_review ?? 0)} → {formatCount(after.needs_review ?? 0)}
        </Figure>
        <Figure label="No result">{formatCount(failed)}</Figure>
        <Figure label="Cost so far">
          {cost_cents === null ? <Absent label="no price" /> : formatCents(cost_cents)}
        </Figure>
      </SimpleGrid>
      <Fields report={report.data} />
    </Card>
  );
}

type ByField = Pick<BacktestReport, "changes" | "golden_calls"> & {
  fields: Pick<BacktestReport["fields"][number], "field" | "exact" | "values">[];
};

function Fields({ report }: { report: ByField }) {
  const scores = new Map(report.fields.map((each) => [each.field, each]));
  const names = [...new Set([...Object.keys(report.changes), ...scores.keys()])];
  if (names.length === 0)
    return (
      <Text size="sm" c="dimmed" mt="md">
        No value differs.
      </Text>
    );
  return (
    <Table.ScrollContainer minWidth={report.golden_calls > 0 ? 420 : 240} mt="md">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Field</Table.Th>
            <Table.Th ta="right">Calls in which it differs</Table.Th>
            {report.golden_calls > 0 && <Table.Th ta="right">As a person has it</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {names.map((name) => {
            const score = scores.get(name);
            return (
              <Table.Tr key={name}>
                <Table.Td>{labelOf(name)}</Table.Td>
                <Table.Td ta="right" className="figures">
                  {formatCount(report.changes[name] ?? 0)}
                </Table.Td>
                {report.golden_calls > 0 && (
                  <Table.Td ta="right" className="figures">
                    {score ? (
                      `${formatCount(score.exact)} of ${formatCount(score.values)}`
                    ) : (
                      <Absent />
                    )}
                  </Table.Td>
                )}
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text fw={600} fz="lg" className="figures">
        {children}
      </Text>
    </div>
  );
}
