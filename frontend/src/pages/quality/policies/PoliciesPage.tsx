import { Button, Card, Group, SimpleGrid, Skeleton, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconListCheck, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { policiesQuery, type Policy } from "@/api/policies";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { useIsManager } from "@/features/session/useUser";
import { QualityFrame } from "@/pages/quality/frame/QualityFrame";
import { ArchivedOnes } from "@/parts/drafts/ArchivedOnes";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { PageHeader } from "@/parts/PageHeader";
import classes from "./Policies.module.css";
import { NewPolicyDialog } from "./NewPolicyDialog";
import { PolicyStates } from "./PolicyStates";

/** What good calls are, in the company's own words. */
export function PoliciesPage() {
  const isManager = useIsManager();
  const [isOpen, { open, close }] = useDisclosure(false);
  const create = isManager && (
    <Button leftSection={<IconPlus size={17} aria-hidden />} onClick={open}>
      New policy
    </Button>
  );
  return (
    <QualityFrame>
      <PageHeader title="Policies" description="What a good call is, criterion by criterion.">
        {create}
      </PageHeader>
      <List create={create} />
      <NewPolicyDialog opened={isOpen} onClose={close} />
    </QualityFrame>
  );
}

function List({ create }: { create: ReactNode }) {
  const policies = useQuery(policiesQuery);
  if (policies.error)
    return <ErrorState error={policies.error} onRetry={() => void policies.refetch()} />;
  if (!policies.data) return <Skeleton h={168} radius="lg" />;
  const inUse = policies.data.filter(({ archived_at }) => archived_at === null);
  const archived = policies.data.filter(({ archived_at }) => archived_at !== null);
  return (
    <>
      {inUse.length === 0 ? (
        <Card>
          <EmptyState
            icon={IconListCheck}
            title={archived.length ? "No policies in use" : "No policies yet"}
            action={create}
          >
            A policy lists what you expect of a call. Once it is published, every call it applies to
            is scored, with a quote for each verdict.
          </EmptyState>
        </Card>
      ) : (
        <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }} spacing="md">
          {inUse.map((policy) => (
            <PolicyCard key={policy.id} policy={policy} />
          ))}
        </SimpleGrid>
      )}
      <ArchivedOnes count={archived.length}>
        {archived.map((policy) => (
          <PolicyCard key={policy.id} policy={policy} />
        ))}
      </ArchivedOnes>
    </>
  );
}

function PolicyCard({ policy }: { policy: Policy }) {
  const nameOf = useAgentNames();
  const categories = [...new Set(policy.criteria.map(({ category }) => category))];
  return (
    <Card className={classes.card}>
      <Group gap="sm" mb={10} wrap="nowrap" align="flex-start" justify="space-between">
        <Title order={2}>
          <Link
            to="/quality/policies/$policyId"
            params={{ policyId: policy.id }}
            className={classes.cardTitle}
          >
            {policy.name}
          </Link>
        </Title>
        <Text size="xs" c="dimmed" mt={4} style={{ whiteSpace: "nowrap" }}>
          <Instant at={policy.updated_at} relative />
        </Text>
      </Group>
      <PolicyStates policy={policy} />
      <Text size="sm" c="dimmed" mt="md">
        {policy.criteria.length} criteria: {categories.join(", ")}
      </Text>
      <Text size="xs" c="dimmed" mt="md">
        Passes at {policy.passing_score} ·{" "}
        {policy.applies_to.map(({ agent_id }) => nameOf(agent_id)).join(", ") || "no agent yet"}
      </Text>
    </Card>
  );
}
