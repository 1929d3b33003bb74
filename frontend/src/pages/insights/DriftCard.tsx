import { Anchor, Card, Skeleton, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { driftQuery, type Finding, type RecordField } from "@/api/insights";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { formatCount } from "@/parts/money";
import { StatusBadge } from "@/parts/StatusBadge";
import { chartOf, inOrder, nameOf, tell } from "./words";

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

export function Findings({
  items,
  fields,
}: {
  items: readonly Finding[];
  fields: readonly RecordField[];
}) {
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>What</Table.Th>
            <Table.Th>Change</Table.Th>
            <Table.Th ta="right">Now</Table.Th>
            <Table.Th ta="right">Before</Table.Th>
            <Table.Th ta="right">Of</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((finding) => {
            const { verdict, tone, now, before } = tell(finding, fields);
            return (
              <Table.Tr key={finding.metric}>
                <Table.Td>
                  <Anchor
                    inherit
                    renderRoot={(props) => (
                      <Link
                        {...props}
                        to="/insights"
                        search={(search) => ({ ...search, metric: chartOf(finding) })}
                      />
                    )}
                  >
                    {nameOf(finding.metric, fields)}
                  </Anchor>
                </Table.Td>
                <Table.Td>
                  <StatusBadge tone={tone} label={verdict} />
                </Table.Td>
                <Table.Td ta="right" className="figures">
                  {now}
                </Table.Td>
                <Table.Td ta="right" className="figures">
                  {before}
                </Table.Td>
                <Table.Td ta="right" className="figures" style={{ whiteSpace: "nowrap" }}>
                  {formatCount(finding.n)} / {formatCount(finding.baseline_n)}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
