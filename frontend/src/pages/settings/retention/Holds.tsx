import {
  Alert,
  Anchor,
  Button,
  Card,
  Group,
  Modal,
  SegmentedControl,
  Select,
  Skeleton,
  Stack,
  Table,
  TextInput,
  Title,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { IconLock, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { agentsQuery } from "@/api/agents";
import { createHold, endHold, type Hold, holdsQuery, retentionKeys } from "@/api/retention";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { Asked } from "@/parts/Asked";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { explain } from "@/parts/explain";
import { Instant } from "@/parts/Instant";
import { formatPhone } from "@/parts/phone";
import { namedBy, WHO, WRITE_SO } from "./named";

/** What must stay, whoever asks for it to go. */
export function Holds() {
  const holds = useQuery(holdsQuery);
  const [isMaking, making] = useDisclosure(false);
  return (
    <Card padding={0} component="section">
      <Group justify="space-between" p="lg" pb="md">
        <Title order={2}>Holds</Title>
        <Button
          variant="default"
          leftSection={<IconPlus size={17} aria-hidden />}
          onClick={making.open}
        >
          New hold
        </Button>
      </Group>
      {holds.error && <ErrorState error={holds.error} onRetry={() => void holds.refetch()} />}
      {holds.isPending && <Skeleton h={100} m="lg" w="auto" />}
      {holds.data?.items.length === 0 && (
        <EmptyState icon={IconLock} title="Nothing is held">
          What is held is neither cleaned up nor erased, until the hold ends.
        </EmptyState>
      )}
      {holds.data && holds.data.items.length > 0 && (
        <Table.ScrollContainer minWidth={640}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>What stays</Table.Th>
                <Table.Th>Why</Table.Th>
                <Table.Th>By</Table.Th>
                <Table.Th>Since</Table.Th>
                <Table.Th aria-label="End" />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {holds.data.items.map((hold) => (
                <Row key={hold.id} hold={hold} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <NewHoldDialog opened={isMaking} onClose={making.close} />
    </Card>
  );
}

function Row({ hold }: { hold: Hold }) {
  const client = useQueryClient();
  const agentName = useAgentNames();
  const end = useMutation({
    mutationFn: () => endHold(hold.id),
    onSettled: () => client.invalidateQueries({ queryKey: retentionKeys.holds }),
  });
  return (
    <Table.Tr>
      <Table.Td fw={560}>
        {hold.phone_number && `Calls with ${formatPhone(hold.phone_number)}`}
        {hold.agent_id && `Calls of ${agentName(hold.agent_id)}`}
        {hold.call_id && (
          <Anchor component={Link} to={`/calls/${hold.call_id}`} inherit>
            One call
          </Anchor>
        )}
      </Table.Td>
      <Table.Td>{hold.reason}</Table.Td>
      <Table.Td>{hold.created_by}</Table.Td>
      <Table.Td>
        <Instant at={hold.created_at} />
      </Table.Td>
      <Table.Td ta="right">
        <Asked
          size="compact-xs"
          question="End this hold?"
          effect="What is over its time goes with the next clean-up, and an erasure that waits goes on."
          act="End"
          doing={end}
        />
      </Table.Td>
    </Table.Tr>
  );
}

function NewHoldDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const client = useQueryClient();
  const { data: agents = [] } = useQuery(agentsQuery);
  const form = useForm({
    initialValues: { what: "named", who: "", agentId: null as string | null, reason: "" },
    validate: {
      who: (who, { what }) => (what === "agent" || namedBy(who) ? null : WRITE_SO),
      agentId: (id, { what }) => (what !== "agent" || id ? null : "Choose an agent."),
      reason: (reason) => (reason.trim() ? null : "Say why, for whoever is refused."),
    },
  });
  const make = useMutation({
    mutationFn: ({ what, who, agentId, reason }: typeof form.values) => {
      const held = what === "agent" ? { agent_id: agentId ?? "" } : (namedBy(who) ?? {});
      return createHold(held, reason.trim());
    },
    onSuccess: async () => {
      form.reset();
      onClose();
      await client.invalidateQueries({ queryKey: retentionKeys.holds });
    },
  });
  return (
    <Modal opened={opened} onClose={onClose} title="New hold">
      <form onSubmit={form.onSubmit((values) => make.mutate(values))} noValidate>
        <Stack>
          {make.error && (
            <Alert color="red" variant="light" role="alert">
              {explain(make.error).detail}
            </Alert>
          )}
          <SegmentedControl
            aria-label="What is held"
            data={[
              { value: "named", label: "A number or a call" },
              { value: "agent", label: "All calls of an agent" },
            ]}
            {...form.getInputProps("what")}
          />
          {form.values.what === "agent" ? (
            <Select
              label="Agent"
              description="Its later calls stay too."
              data={agents.map(({ id, name }) => ({ value: id, label: name }))}
              searchable
              {...form.getInputProps("agentId")}
            />
          ) : (
            <TextInput
              label="What is to stay"
              description={WHO}
              data-autofocus
              {...form.getInputProps("who")}
            />
          )}
          <TextInput label="Why" placeholder="Case 7" {...form.getInputProps("reason")} />
          <Group justify="flex-end">
            <Button type="submit" loading={make.isPending}>
              Hold
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
