import { Card, Skeleton, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { driftQuery, type RecordField } from "@/api/insights";
import { Findings } from "@/features/insights/Findings";
import { inOrder } from "@/features/insights/words";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";

interface Props {
  agentId: string | undefined;
  fields: readonly RecordField[];
}

/** What is another than in the four weeks before, and how sure that is. */
export function DriftCard({ agentId, fields }: Props) {
  const drift = useQuery(driftQuery(agentId));
  const { data } = drift;
  return (
    <Card padding={0} component="section" aria-label="What changed">
      <Title order={2} p="md" pb={0}>
        What changed
      </Title>
      <Text size="sm" c="dimmed" px="md" pb="xs">
        The last 7 days, against the 28 days before
        {data && (
          <>
            {" "}
            <Instant at={data.since} />
          </>
        )}
        . All that is compared is paid for: where nothing changed, one look in twenty says otherwise
        at the most.
      </Text>
      {drift.error && <ErrorState error={drift.error} onRetry={() => void drift.refetch()} />}
      {drift.isPending && <Skeleton h={200} m="md" w="auto" />}
      {data && <Findings items={inOrder(data.items)} fields={fields} />}
    </Card>
  );
}
