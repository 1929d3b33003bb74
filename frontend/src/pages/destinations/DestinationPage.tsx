import { Anchor, Card, Group, Select, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { type DeliveryStatus, type Destination, destinationQuery } from "@/api/destinations";
import { ApiProblem } from "@/api/problem";
import { DeliveryLog } from "@/features/deliveries/DeliveryLog";
import { deliveryStates } from "@/features/deliveries/states";
import { useIsManager } from "@/features/session/useUser";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { PageHeader } from "@/parts/PageHeader";
import { StatusBadge } from "@/parts/StatusBadge";
import { Actions } from "./Actions";
import { EVENTS } from "./events";
import { addressOf, counted, healthOf, tookAtMost } from "./health";

const route = getRouteApi("/app/destinations/$destinationId");

/** One destination: how it fares, and the log of what was delivered to it. */
export function DestinationPage() {
  const { destinationId } = route.useParams();
  const found = useQuery(destinationQuery(destinationId));
  if (found.isPending) return <Skeleton h={320} radius="lg" />;
  if (found.isError) {
    if (found.error instanceof ApiProblem && [404, 422].includes(found.error.status))
      return (
        <EmptyState icon={IconSend} title="There is no such destination" level={1}>
          It may have been deleted.
        </EmptyState>
      );
    return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  }
  return <Shown key={destinationId} destination={found.data} />;
}

function Shown({ destination }: { destination: Destination }) {
  const isManager = useIsManager();
  const [status, setStatus] = useState<string | null>(null);
  const [event, setEvent] = useState<string | null>(null);
  return (
    <>
      <Anchor component={Link} to="/destinations" size="sm" c="dimmed">
        Destinations
      </Anchor>
      <PageHeader title={destination.name} description={addressOf(destination)}>
        {isManager && <Actions destination={destination} />}
      </PageHeader>
      <Stack gap="lg">
        <Health destination={destination} />
        <Group justify="space-between">
          <Text fw={600}>Deliveries</Text>
          <Group gap="sm">
            <Select
              aria-label="Only of this event"
              placeholder="Of any event"
              clearable
              searchable
              data={EVENTS.map(({ value }) => value)}
              value={event}
              onChange={setEvent}
            />
            <Select
              aria-label="Only in this state"
              placeholder="In any state"
              clearable
              data={Object.entries(deliveryStates).map(([value, { label }]) => ({ value, label }))}
              value={status}
              onChange={setStatus}
            />
          </Group>
        </Group>
        <DeliveryLog
          filters={{
            destination_id: destination.id,
            ...(event && { event }),
            ...(status && { status: status as DeliveryStatus }),
          }}
          empty="What happens from now on, and was chosen for this destination, is listed here."
        />
      </Stack>
    </>
  );
}

function Health({ destination }: { destination: Destination }) {
  const { health } = destination;
  return (
    <Card>
      <SimpleGrid cols={{ base: 2, sm: 4, md: 7 }}>
        <Figure label="State">
          <StatusBadge {...healthOf(destination)} />
        </Figure>
        <Figure label="Last arrived">
          <Instant at={health.last_success_at} relative />
        </Figure>
        <Figure label="Failing since">
          <Instant at={health.failing_since} relative />
        </Figure>
        <Figure label="95 % take">{tookAtMost(destination)}</Figure>
        <Figure label="Waiting">{counted(health.waiting)}</Figure>
        <Figure label="Given up, missed">
          {counted(health.dead)}, {counted(health.missed)}
        </Figure>
        <Figure label="Held back">{counted(health.held)}</Figure>
      </SimpleGrid>
    </Card>
  );
}

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text component="div" className="figures">
        {children}
      </Text>
    </div>
  );
}
