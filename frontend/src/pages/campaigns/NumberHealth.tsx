import { Badge, Card, Group, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type CallerIdHealth, numberHealthQuery } from "@/api/campaigns";
import { formatCount } from "@/parts/money";
import { formatPhone } from "@/parts/phone";
import { percent, range } from "./words";

/** How people answer each number that campaigns call from. Nothing, until one has been called from. */
export function NumberHealth() {
  const found = useQuery(numberHealthQuery);
  if (!found.data || found.data.items.length === 0) return null;
  return (
    <Card padding={0} mt="lg" component="section" aria-label="Caller IDs">
      <Group p="lg" pb="md">
        <div>
          <Title order={2}>Caller IDs</Title>
          <Text size="sm" c="dimmed" mt={2}>
            How people answered each number in the last three days, beside the month before. Phones
            that mark a number as spam are seen here first.
          </Text>
        </div>
      </Group>
      <Table.ScrollContainer minWidth={720}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Number</Table.Th>
              <Table.Th ta="right">Attempts</Table.Th>
              <Table.Th ta="right">Answered</Table.Th>
              <Table.Th ta="right">95 % interval</Table.Th>
              <Table.Th ta="right">Before</Table.Th>
              <Table.Th ta="right">Screened</Table.Th>
              <Table.Th>Advice</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {found.data.items.map((each) => (
              <Row key={each.from_number} health={each} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}

function Row({ health }: { health: CallerIdHealth }) {
  return (
    <Table.Tr>
      <Table.Td className="figures">{formatPhone(health.from_number)}</Table.Td>
      <Table.Td ta="right" className="figures">
        {formatCount(health.attempts)}
      </Table.Td>
      <Table.Td ta="right" className="figures">
        {percent(health.answered_percent)}
      </Table.Td>
      <Table.Td ta="right" className="figures">
        {range(health.low_percent, health.high_percent)}
      </Table.Td>
      <Table.Td ta="right" className="figures">
        {percent(health.before_percent)}
      </Table.Td>
      <Table.Td ta="right" className="figures">
        {percent(health.screened_percent)}
      </Table.Td>
      <Table.Td>
        {health.has_dropped ? (
          <Badge color="red" variant="light">
            Let it rest
          </Badge>
        ) : (
          <Text size="sm" c="dimmed">
            No clear drop
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
