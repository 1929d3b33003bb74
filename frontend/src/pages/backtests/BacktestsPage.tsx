import { Anchor, Button, Card, Group, Skeleton, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconFlask } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { backtestsQuery } from "@/api/backtests";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { formatCount } from "@/parts/money";
import { PageHeader } from "@/parts/PageHeader";
import { StatusBadge } from "@/parts/StatusBadge";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { useIsManager } from "@/features/session/useUser";
import { NewBacktestDialog } from "./NewBacktestDialog";
import { STATES, triedOf } from "./progress";

const route = getRouteApi("/app/backtests");

/** Extraction tried again over past calls, to see what would change before anything does. */
export function BacktestsPage() {
  const { agent } = route.useSearch();
  const isManager = useIsManager();
  const [isOpen, dialog] = useDisclosure(agent !== undefined);
  const create = isManager && (
    <Button leftSection={<IconFlask size={17} aria-hidden />} onClick={dialog.open}>
      Try on past calls
    </Button>
  );
  return (
    <>
      <Anchor component={Link} to="/agents" size="sm" c="dimmed">
        Agents
      </Anchor>
      <PageHeader
        title="Back-tests"
        description="Records made again of past calls. None is replaced before you say so."
      >
        {create}
      </PageHeader>
      <List />
      {isManager && (
        <NewBacktestDialog agentId={agent ?? null} opened={isOpen} onClose={dialog.close} />
      )}
    </>
  );
}

function List() {
  const found = useInfiniteQuery(backtestsQuery);
  const nameOf = useAgentNames();
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton h={240} radius="lg" />;
  const items = found.data.pages.flatMap((page) => page.items);
  if (items.length === 0)
    return (
      <Card>
        <EmptyState icon={IconFlask} title="Nothing was tried yet">
          After a change of an agent&rsquo;s record, instructions or model, see what it would do to
          the records of calls that were made already.
        </EmptyState>
      </Card>
    );
  return (
    <Card padding={0}>
      <Table.ScrollContainer minWidth={640}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Agent</Table.Th>
              <Table.Th>With</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th ta="right">Calls</Table.Th>
              <Table.Th>Made</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((each) => (
              <Table.Tr key={each.id}>
                <Table.Td>
                  <Anchor
                    inherit
                    renderRoot={(props) => (
                      <Link
                        {...props}
                        to="/backtests/$backtestId"
                        params={{ backtestId: each.id }}
                      />
                    )}
                  >
                    {nameOf(each.agent_id)}
                  </Anchor>
                </Table.Td>
                <Table.Td>
                  Version {each.version}
                  {each.model && (
                    <Text size="xs" c="dimmed" className="mono">
                      {each.model}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  <StatusBadge {...STATES[each.state]} />
                </Table.Td>
                <Table.Td ta="right" className="figures">
                  {formatCount(triedOf(each))} of {formatCount(each.total)}
                </Table.Td>
                <Table.Td>
                  <Instant at={each.created_at} relative />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {found.hasNextPage && (
        <Group justify="center" p="md">
          <Button
            variant="default"
            loading={found.isFetchingNextPage}
            onClick={() => void found.fetchNextPage()}
          >
            Show more
          </Button>
        </Group>
      )}
    </Card>
  );
}
