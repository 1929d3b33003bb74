import {
  Alert,
  Button,
  Card,
  Group,
  Select,
  Skeleton,
  Stack,
  Table,
  Text,
  Title,
} from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPhone } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { agentsQuery } from "@/api/agents";
import { bindNumber, type PhoneNumber, phoneNumbersQuery } from "@/api/phoneNumbers";
import { useIsManager } from "@/features/session/useUser";
import { EmptyState } from "@/parts/EmptyState";
import { explain } from "@/parts/explain";
import { formatPhone } from "@/parts/phone";
import { WayOn } from "@/parts/WayOn";
import { InboundRules } from "./InboundRules";

/** Which agent answers which number, and what is known about those who call. */
export function Numbers() {
  return (
    <Stack>
      <PhoneNumbers />
      <InboundRules />
    </Stack>
  );
}

function PhoneNumbers() {
  const numbers = useQuery(phoneNumbersQuery);
  return (
    <Card padding={0} component="section" aria-label="Phone numbers">
      <Group justify="space-between" align="flex-start" p="lg" pb="md">
        <div>
          <Title order={2}>Phone numbers</Title>
          <Text size="sm" c="dimmed" mt={2}>
            The numbers of your Retell account. Choose which agent answers each of them.
          </Text>
        </div>
        <Button
          variant="default"
          loading={numbers.isFetching}
          onClick={() => void numbers.refetch()}
        >
          Refresh
        </Button>
      </Group>
      {numbers.error && (
        <Alert color="red" variant="light" role="alert" m="lg" title={explain(numbers.error).title}>
          {explain(numbers.error).detail} <WayOn error={numbers.error} />
        </Alert>
      )}
      {numbers.isPending && <Skeleton h={120} m="lg" w="auto" />}
      {numbers.data?.length === 0 && (
        <EmptyState icon={IconPhone} title="No phone numbers">
          Buy or import a number in Retell’s dashboard. It appears here within five minutes.
        </EmptyState>
      )}
      {numbers.data && numbers.data.length > 0 && (
        <Table.ScrollContainer minWidth={640}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Number</Table.Th>
                <Table.Th>Answered by</Table.Th>
                <Table.Th>Default for outbound calls</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {numbers.data.map((number) => (
                <Row key={number.phone_number} number={number} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Card>
  );
}

function Row({ number }: { number: PhoneNumber }) {
  const client = useQueryClient();
  const isManager = useIsManager();
  const agents = useQuery(agentsQuery);
  const bind = useMutation({
    mutationFn: (changed: Partial<PhoneNumber>) => {
      const { inbound_agent_id, outbound_agent_id } = { ...number, ...changed };
      return bindNumber(number.phone_number, { inbound_agent_id, outbound_agent_id });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: phoneNumbersQuery.queryKey });
      notifications.show({ message: `${formatPhone(number.phone_number)} is saved at Retell.` });
    },
    onError: (error) => {
      const { title, detail } = explain(error);
      notifications.show({ color: "red", title, message: detail, autoClose: 8000 });
    },
  });
  const choice = (name: "inbound_agent_id" | "outbound_agent_id", label: string) => (
    <Select
      size="sm"
      aria-label={`${label} ${formatPhone(number.phone_number)}`}
      placeholder="No agent"
      clearable
      searchable
      disabled={!isManager || bind.isPending}
      data={(agents.data ?? [])
        .filter(({ id, published_version, archived_at }) =>
          id === number[name] ? true : published_version !== null && archived_at === null,
        )
        .map((agent) => ({ value: agent.id, label: agent.name }))}
      value={number[name]}
      onChange={(id) => bind.mutate({ [name]: id })}
    />
  );
  return (
    <Table.Tr>
      <Table.Td>
        <Text fw={560} size="sm" className="figures">
          {formatPhone(number.phone_number)}
        </Text>
        <Text size="xs" c="dimmed">
          {[number.nickname, number.number_type].filter(Boolean).join(" · ")}
        </Text>
      </Table.Td>
      <Table.Td>
        {choice("inbound_agent_id", "Agent that answers")}
        {number.is_taken_elsewhere && (
          <Text size="xs" c="dimmed" mt={4}>
            An agent outside Ringback answers it now. Choosing one here replaces it.
          </Text>
        )}
      </Table.Td>
      <Table.Td>{choice("outbound_agent_id", "Agent that calls from")}</Table.Td>
    </Table.Tr>
  );
}
