import { Button, Card, Group, SimpleGrid, Skeleton, Text, TextInput, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCloudDownload, IconPlus, IconRobot, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { type Agent, agentsQuery } from "@/api/agents";
import { agentNumbersQuery } from "@/api/calls";
import { ArchivedOnes } from "@/parts/drafts/ArchivedOnes";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { formatCents, formatCount } from "@/parts/money";
import { PageHeader } from "@/parts/PageHeader";
import { useIsManager } from "@/features/session/useUser";
import classes from "./List.module.css";
import { AgentStates } from "@/pages/agents/parts/AgentStates";
import { NewAgentDialog } from "./NewAgentDialog";
import { TakeOverDialog } from "./TakeOverDialog";

export function AgentsPage() {
  const isManager = useIsManager();
  const [isOpen, { open, close }] = useDisclosure(false);
  const [isTakingOver, takingOver] = useDisclosure(false);
  const create = isManager && (
    <Group gap="xs" justify="center">
      <Button
        variant="default"
        leftSection={<IconCloudDownload size={17} aria-hidden />}
        onClick={takingOver.open}
      >
        Import from Retell
      </Button>
      <Button leftSection={<IconPlus size={17} aria-hidden />} onClick={open}>
        New agent
      </Button>
    </Group>
  );
  return (
    <>
      <PageHeader title="Agents" description="Your voice agents and the data they collect.">
        <Button
          variant="subtle"
          renderRoot={(props) => <Link {...props} to="/backtests" search={{}} />}
        >
          Back-tests
        </Button>
        {create}
      </PageHeader>
      <AgentList create={create} />
      <NewAgentDialog opened={isOpen} onClose={close} />
      <TakeOverDialog opened={isTakingOver} onClose={takingOver.close} />
    </>
  );
}

function AgentList({ create }: { create: ReactNode }) {
  const agents = useQuery(agentsQuery);
  const [wanted, setWanted] = useState("");
  if (agents.error) return <ErrorState error={agents.error} onRetry={() => agents.refetch()} />;
  const inUse = agents.data?.filter((agent) => agent.archived_at === null);
  const shown = inUse?.filter((agent) => isMeant(agent, wanted));
  const archived = agents.data?.filter((agent) => agent.archived_at !== null) ?? [];
  return (
    <>
      {inUse?.length === 0 ? (
        <Card>
          <EmptyState
            icon={IconRobot}
            title={archived.length ? "No agents in use" : "No agents yet"}
            action={create}
          >
            An agent has a prompt, a voice, and a record that is made from each of its calls. Start
            from a preset and change what you like.
          </EmptyState>
        </Card>
      ) : (
        <>
          {inUse && inUse.length >= MANY && (
            <TextInput
              aria-label="Find agents"
              placeholder="Name or label…"
              leftSection={<IconSearch size={16} aria-hidden />}
              w={260}
              mb="md"
              value={wanted}
              onChange={(event) => setWanted(event.currentTarget.value)}
            />
          )}
          {shown?.length === 0 && <Text c="dimmed">No agent has this name or label.</Text>}
          <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }} spacing="md">
            {shown?.map((agent) => <AgentCard key={agent.id} agent={agent} />) ??
              [0, 1, 2].map((number) => <Skeleton key={number} h={168} radius="lg" />)}
          </SimpleGrid>
        </>
      )}
      <ArchivedOnes count={archived.length}>
        {archived.map((agent) => (
          <AgentCard key={agent.id} agent={agent} />
        ))}
      </ArchivedOnes>
    </>
  );
}

const MANY = 4;

/** Whether it has what was typed in its name or one of its labels. */
function isMeant({ name, tags }: Agent, wanted: string): boolean {
  const words = wanted.trim().toLowerCase();
  return [name, ...tags].some((each) => each.toLowerCase().includes(words));
}

const DAYS = 7;

/** How its calls went lately. */
function Numbers({ agentId }: { agentId: string }) {
  const { data } = useQuery(agentNumbersQuery(DAYS));
  if (!data) return null;
  const found = data.items.find((each) => each.agent_id === agentId);
  if (!found) return "No calls in the last 7 days";
  const { calls, dialed, answered_by_people: answered, records, records_good: good } = found;
  return [
    `${formatCount(calls)} ${calls === 1 ? "call" : "calls"} in 7 days`,
    dialed > 0 && `${Math.round((100 * answered) / dialed)}% answered`,
    records > 0 && `${Math.round((100 * good) / records)}% of records passed`,
    formatCents(Math.round(found.cost_cents)),
  ]
    .filter(Boolean)
    .join(" · ");
}

function AgentCard({ agent }: { agent: Agent }) {
  const fields = Object.keys(
    (agent.record_schema?.properties as Record<string, unknown> | undefined) ?? {},
  ).length;
  return (
    <Card className={classes.card}>
      <Group gap="sm" mb={10} wrap="nowrap" align="flex-start" justify="space-between">
        <Title order={2}>
          <Link to="/agents/$agentId" params={{ agentId: agent.id }} className={classes.cardTitle}>
            {agent.name}
          </Link>
        </Title>
        <Text
          size="xs"
          c="dimmed"
          className={classes.above}
          style={{ whiteSpace: "nowrap" }}
          mt={4}
        >
          <Instant at={agent.updated_at} relative />
        </Text>
      </Group>
      <AgentStates agent={agent} />
      <Text size="sm" c="dimmed" lineClamp={2} mt="md">
        {agent.begin_message ?? (agent.prompt || "Nothing is written for it yet.")}
      </Text>
      <Text size="xs" mt="md" className="figures">
        <Numbers agentId={agent.id} />
      </Text>
      <Text size="xs" c="dimmed" mt={4}>
        {[agent.language].flat().join(", ")} · {agent.voice_id} ·{" "}
        {fields === 0 ? "no record" : `${fields} fields in its record`}
      </Text>
    </Card>
  );
}
