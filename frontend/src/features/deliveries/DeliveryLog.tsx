import { Anchor, Button, Card, Skeleton, Table, Text } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import {
  deliveriesQuery,
  type Delivery,
  type DeliveryFilters,
  destinationsQuery,
} from "@/api/destinations";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { OlderOnes } from "@/parts/OlderOnes";
import { StatusBadge } from "@/parts/StatusBadge";
import { DeliveryDialog } from "./DeliveryDialog";
import { Outcome } from "./Outcome";
import { reasonOf, stateOf } from "./states";

interface Props {
  filters: DeliveryFilters;
  /** What it says while there is nothing. */
  empty: ReactNode;
}

/** What was delivered and what was not: of a destination, or of a call. */
export function DeliveryLog({ filters, empty }: Props) {
  const found = useInfiniteQuery(deliveriesQuery(filters));
  const [opened, setOpened] = useState<string | null>(null);
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton h={200} radius="lg" />;
  const items = found.data.pages.flatMap((page) => page.items);
  if (items.length === 0)
    return (
      <Card>
        <EmptyState icon={IconSend} title="No deliveries">
          {empty}
        </EmptyState>
      </Card>
    );
  return (
    <Card padding={0}>
      <Table.ScrollContainer minWidth={filters.call_id ? 380 : 460}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{filters.call_id ? "Destination" : "Event"}</Table.Th>
              {!filters.call_id && <Table.Th>Call</Table.Th>}
              <Table.Th>State</Table.Th>
              <Table.Th>Booked</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((each) => (
              <Row
                key={each.id}
                delivery={each}
                isOfCall={filters.call_id !== undefined}
                onOpen={() => setOpened(each.id)}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <OlderOnes list={found} />
      <DeliveryDialog deliveryId={opened} onClose={() => setOpened(null)} />
    </Card>
  );
}

interface RowProps {
  delivery: Delivery;
  isOfCall: boolean;
  onOpen: () => void;
}

function Row({ delivery, isOfCall, onOpen }: RowProps) {
  const reason = reasonOf(delivery);
  const event = (
    <Button variant="subtle" size="compact-sm" classNames={{ label: "mono" }} onClick={onOpen}>
      {delivery.event}
    </Button>
  );
  return (
    <Table.Tr>
      {isOfCall ? (
        <Table.Td>
          <DestinationName id={delivery.destination_id} />
          <div>{event}</div>
        </Table.Td>
      ) : (
        <>
          <Table.Td>{event}</Table.Td>
          <Table.Td>
            {delivery.call_id && (
              <Anchor
                inherit
                renderRoot={(props) => (
                  <Link
                    {...props}
                    to="/calls/$callId"
                    params={{ callId: delivery.call_id ?? "" }}
                  />
                )}
              >
                Open call
              </Anchor>
            )}
          </Table.Td>
        </>
      )}
      <Table.Td>
        <StatusBadge {...stateOf(delivery)} />
        {reason && (
          <Text size="xs" c="dimmed" maw={320}>
            {reason}
          </Text>
        )}
        {delivery.outcome?.kind === "dag_run" && <Outcome outcome={delivery.outcome} />}
      </Table.Td>
      <Table.Td>
        <Instant at={delivery.created_at} relative />
      </Table.Td>
    </Table.Tr>
  );
}

function DestinationName({ id }: { id: string }) {
  const destinations = useQuery(destinationsQuery);
  const name = destinations.data?.items.find((each) => each.id === id)?.name;
  return (
    <Anchor
      inherit
      renderRoot={(props) => (
        <Link {...props} to="/destinations/$destinationId" params={{ destinationId: id }} />
      )}
    >
      {name ?? "Destination"}
    </Anchor>
  );
}
