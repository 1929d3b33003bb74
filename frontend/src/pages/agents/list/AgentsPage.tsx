import { Button, Card, Group, SimpleGrid, Skeleton, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCloudDownload, IconPlus, IconRobot } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { type Agent, agentsQuery } from "@/api/agents";
import { ArchivedOnes } from "@/parts/drafts/ArchivedOnes";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
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
  if (agents.error) return <ErrorState error={agents.error} onRetry={() => agents.refetch()} />;
  const inUse = agents.data?.filter((agent) => agent.archived_at === null);
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
        <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }} spacing="md">
          {inUse?.map((agent) => <AgentCard key={agent.id} agent={agent} />) ??
            [0, 1, 2].map((number) => <Skeleton key={number} h={168} radius="lg" />)}
        </SimpleGrid>
      )}
      <ArchivedOnes count={archived.length}>
        {archived.map((agent) => (
          <AgentCard key={agent.id} agent={agent} />
        ))}
      </ArchivedOnes>
    </>
  );
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
      <Text size="xs" c="dimmed" mt="md">
        {[agent.language].flat().join(", ")} · {agent.voice_id} ·{" "}
        {fields === 0 ? "no record" : `${fields} fields in its record`}
      </Text>
    </Card>
  );
}
