import { Anchor, Button, Card, Modal, Skeleton, Stack, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus, IconSend } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { destinationsQuery, type NewDestination } from "@/api/destinations";
import { useIsManager } from "@/features/session/useUser";
import { Copyable } from "@/parts/Copyable";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { PageHeader } from "@/parts/PageHeader";
import { StatusBadge } from "@/parts/StatusBadge";
import { addressOf, counted, healthOf, tookAtMost } from "./health";
import { NewDestinationDialog } from "./NewDestinationDialog";

/** Where results go, and whether they arrive. */
export function DestinationsPage() {
  const isManager = useIsManager();
  const [isMaking, making] = useDisclosure(false);
  const [made, setMade] = useState<NewDestination | null>(null);
  return (
    <>
      <PageHeader
        title="Destinations"
        description="Systems that get the results of calls, and whether they got them."
      >
        {isManager && (
          <Button leftSection={<IconPlus size={17} aria-hidden />} onClick={making.open}>
            New destination
          </Button>
        )}
      </PageHeader>
      <List />
      <NewDestinationDialog opened={isMaking} onClose={making.close} onMade={setMade} />
      <Modal
        opened={made !== null && made.secret !== null}
        onClose={() => setMade(null)}
        title={made?.name}
        size="lg"
      >
        <Stack>
          <Text size="sm">
            The receiver checks signatures with this. Keep it now: it is never shown again.
          </Text>
          <Copyable label="Signing secret" value={made?.secret ?? ""} />
        </Stack>
      </Modal>
    </>
  );
}

function List() {
  const found = useQuery(destinationsQuery);
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton h={240} radius="lg" />;
  if (found.data.items.length === 0)
    return (
      <Card>
        <EmptyState icon={IconSend} title="Results go nowhere yet">
          Add the address of a system that should get finished calls and their records: signed, in
          order, tried again when it is down.
        </EmptyState>
      </Card>
    );
  return (
    <Card padding={0}>
      <Table.ScrollContainer minWidth={760}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>Last arrived</Table.Th>
              <Table.Th ta="right">Waiting</Table.Th>
              <Table.Th ta="right">Given up</Table.Th>
              <Table.Th ta="right">95 % take</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {found.data.items.map((each) => (
              <Table.Tr key={each.id}>
                <Table.Td>
                  <Anchor
                    inherit
                    renderRoot={(props) => (
                      <Link
                        {...props}
                        to="/destinations/$destinationId"
                        params={{ destinationId: each.id }}
                      />
                    )}
                  >
                    {each.name}
                  </Anchor>
                  <Text size="xs" c="dimmed" className="mono" truncate maw={320}>
                    {addressOf(each)}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <StatusBadge {...healthOf(each)} />
                </Table.Td>
                <Table.Td>
                  <Instant at={each.health.last_success_at} relative />
                </Table.Td>
                <Table.Td ta="right" className="figures">
                  {counted(each.health.waiting)}
                </Table.Td>
                <Table.Td ta="right" className="figures">
                  {counted(each.health.dead)}
                </Table.Td>
                <Table.Td ta="right" className="figures">
                  {tookAtMost(each)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}
