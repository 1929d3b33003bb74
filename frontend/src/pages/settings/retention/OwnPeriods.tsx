import {
  Alert,
  Button,
  Group,
  Modal,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Table,
  Text,
  Title,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { agentsQuery } from "@/api/agents";
import {
  type AgentPeriods,
  type Retention,
  periodsOf,
  retentionQuery,
  setRetention,
} from "@/api/retention";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { Asked } from "@/parts/Asked";
import { explain } from "@/parts/explain";
import { count } from "@/parts/words";
import { KINDS_OF_CALLS, type KindOfCalls } from "./kinds";

/** What is left of the organization's periods when an agent's are others. */
export function OwnPeriods({ stored }: { stored: Retention }) {
  const [isAdding, adding] = useDisclosure(false);
  return (
    <Stack gap="sm" mt="xl">
      <Group justify="space-between">
        <div>
          <Title order={3}>Agents with periods of their own</Title>
          <Text size="sm" c="dimmed">
            They go before the ones above, for this agent’s calls.
          </Text>
        </div>
        <Button
          variant="default"
          leftSection={<IconPlus size={17} aria-hidden />}
          onClick={adding.open}
        >
          Add an agent
        </Button>
      </Group>
      {stored.agents.length > 0 && (
        <Table.ScrollContainer minWidth={520}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Agent</Table.Th>
                <Table.Th>Kept otherwise</Table.Th>
                <Table.Th aria-label="Change" />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {stored.agents.map((own) => (
                <Row key={own.agent_id} own={own} stored={stored} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {isAdding && <OwnPeriodsDialog stored={stored} onClose={adding.close} />}
    </Stack>
  );
}

function Row({ own, stored }: { own: AgentPeriods; stored: Retention }) {
  const agentName = useAgentNames();
  const [isChanging, changing] = useDisclosure(false);
  const save = useSave();
  const remove = useMutation({ mutationFn: () => save(own.agent_id, null) });
  return (
    <Table.Tr>
      <Table.Td fw={560}>{agentName(own.agent_id)}</Table.Td>
      <Table.Td>{told(own)}</Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          <Button size="compact-xs" variant="default" onClick={changing.open}>
            Change
          </Button>
          <Asked
            size="compact-xs"
            question="Keep this agent’s calls like all others?"
            effect="What is older than the organization’s periods say goes with the next clean-up."
            act="Remove"
            doing={remove}
          />
        </Group>
        {isChanging && <OwnPeriodsDialog stored={stored} own={own} onClose={changing.close} />}
      </Table.Td>
    </Table.Tr>
  );
}

function told(own: AgentPeriods): string {
  return KINDS_OF_CALLS.filter(({ name }) => own[name] !== undefined)
    .map(({ name, label, otherwise }) => {
      const days = own[name];
      return `${label}: ${days == null ? otherwise.toLowerCase() : count(days, "day")}`;
    })
    .join(" · ");
}

/** Saves one agent's periods, or takes them away, and leaves all others as they are. */
function useSave() {
  const client = useQueryClient();
  return async (agentId: string, own: AgentPeriods | null) => {
    // Asked for now: somebody else may have changed another since this page was opened.
    const now = await client.query({ ...retentionQuery, staleTime: 0 });
    const others = now.agents.filter(({ agent_id }) => agent_id !== agentId);
    const body = { ...periodsOf(now), agents: own ? [...others, own] : others };
    client.setQueryData(retentionQuery.queryKey, await setRetention(body));
  };
}

type Ways = Record<KindOfCalls, "same" | "kept" | "days">;
type Days = Record<KindOfCalls, number | string>;

function OwnPeriodsDialog({
  stored,
  own,
  onClose,
}: {
  stored: Retention;
  own?: AgentPeriods;
  onClose: () => void;
}) {
  const { data: agents = [] } = useQuery(agentsQuery);
  const [agentId, setAgentId] = useState<string | null>(own?.agent_id ?? null);
  const [ways, setWays] = useState(() => of((name) => wayOf(own?.[name])) as Ways);
  const [days, setDays] = useState(() => of((name) => own?.[name] ?? "") as Days);
  const [isTried, setIsTried] = useState(false);
  const save = useSave();
  const act = useMutation({
    mutationFn: (made: AgentPeriods) => save(made.agent_id, made),
    onSuccess: onClose,
  });
  const taken = new Set(stored.agents.map(({ agent_id }) => agent_id));
  const free = agents.filter(({ id }) => id === own?.agent_id || !taken.has(id));
  const isSame = KINDS_OF_CALLS.every(({ name }) => ways[name] === "same");
  const lacks = (name: KindOfCalls) => ways[name] === "days" && days[name] === "";
  return (
    <Modal opened onClose={onClose} title="An agent’s own periods" size="lg">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setIsTried(true);
          if (!agentId || isSame || KINDS_OF_CALLS.some(({ name }) => lacks(name))) return;
          act.mutate({ agent_id: agentId, ...given(ways, days) });
        }}
      >
        <Stack>
          {act.error && (
            <Alert color="red" variant="light" role="alert">
              {explain(act.error).detail}
            </Alert>
          )}
          <Select
            label="Agent"
            data={free.map(({ id, name }) => ({ value: id, label: name }))}
            value={agentId}
            onChange={setAgentId}
            disabled={own !== undefined}
            searchable
            data-autofocus={own === undefined ? true : undefined}
            error={isTried && !agentId ? "Choose an agent." : undefined}
          />
          {KINDS_OF_CALLS.map(({ name, label, otherwise }) => (
            <SimpleGrid key={name} cols={2}>
              <Select
                label={label}
                allowDeselect={false}
                data={[
                  { value: "same", label: "As for all agents" },
                  { value: "kept", label: otherwise },
                  { value: "days", label: "For some days" },
                ]}
                value={ways[name]}
                onChange={(way) => way && setWays({ ...ways, [name]: way })}
              />
              {ways[name] === "days" && (
                <NumberInput
                  label="Days"
                  aria-label={`${label}: days`}
                  min={1}
                  max={36_500}
                  allowDecimal={false}
                  value={days[name]}
                  onChange={(value) => setDays({ ...days, [name]: value })}
                  error={isTried && lacks(name) ? "For how many days?" : undefined}
                />
              )}
            </SimpleGrid>
          ))}
          {isTried && isSame && (
            <Text size="sm" c="red" role="alert">
              Choose something that is kept otherwise than for all agents.
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Back
            </Button>
            <Button type="submit" loading={act.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function wayOf(days: number | null | undefined): "same" | "kept" | "days" {
  if (days === undefined) return "same";
  return days === null ? "kept" : "days";
}

function of<T>(make: (name: KindOfCalls) => T): Record<KindOfCalls, T> {
  return Object.fromEntries(KINDS_OF_CALLS.map(({ name }) => [name, make(name)])) as Record<
    KindOfCalls,
    T
  >;
}

/** What is left out is the organization's. */
function given(ways: Ways, days: Days): Partial<Record<KindOfCalls, number | null>> {
  return Object.fromEntries(
    KINDS_OF_CALLS.filter(({ name }) => ways[name] !== "same").map(({ name }) => [
      name,
      ways[name] === "kept" ? null : Number(days[name]),
    ]),
  );
}
