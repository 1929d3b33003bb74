import { Card, Progress, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { analysisDaysQuery, type AnalysisSettings } from "@/api/analysis";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { formatCents, formatCount } from "@/parts/money";

/** What analyses cost: today against the budget, and day by day. */
export function Costs({ settings }: { settings: AnalysisSettings }) {
  const { data: days = [], error, refetch } = useQuery(analysisDaysQuery);
  const { spent_today_cents: spent, daily_budget_cents: budget, reached_at: reached } = settings;
  return (
    <Card component="section" aria-label="What it costs">
      <Title order={2} mb="xs">
        What it costs
      </Title>
      <Text size="sm" mb={6}>
        Today {formatCents(spent)} of {formatCents(budget)}
        {reached && (
          <>
            ; used up since <Instant at={reached} />
          </>
        )}
      </Text>
      <Progress
        value={Math.min(100, (spent / budget) * 100)}
        aria-label="How much of today’s budget is spent"
        {...(reached && { color: "orange" })}
      />
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {days.length > 0 && (
        <Table mt="md">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Day</Table.Th>
              <Table.Th ta="right">Cost</Table.Th>
              <Table.Th ta="right">Analyses</Table.Th>
              <Table.Th ta="right">Left out</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {days.map((day) => (
              <Table.Tr key={day.day}>
                <Table.Td>{day.day}</Table.Td>
                <Table.Td ta="right">{formatCents(day.spent_cents)}</Table.Td>
                <Table.Td ta="right">{formatCount(day.analyzed)}</Table.Td>
                <Table.Td ta="right">{formatCount(day.left_out)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Card>
  );
}
