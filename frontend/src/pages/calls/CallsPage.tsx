import { Button, Card, Skeleton, Stack, Table } from "@mantine/core";
import { IconPhoneCall } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { callsQuery, type CallSummary } from "@/api/calls";
import { Duration } from "@/parts/Duration";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { PageHeader } from "@/parts/PageHeader";
import { PhoneNumber } from "@/parts/PhoneNumber";
import { CallStatusBadge } from "@/parts/StatusBadge";

const route = getRouteApi("/app/calls");

export function CallsPage() {
  const filters = route.useSearch();
  const calls = useInfiniteQuery(callsQuery(filters));
  return (
    <>
      <PageHeader title="Calls" />
      <Card padding={0}>
        {calls.isPending && <Loading />}
        {calls.isError && <ErrorState error={calls.error} onRetry={() => void calls.refetch()} />}
        {calls.data && <CallTable calls={calls.data.pages.flatMap((page) => page.items)} />}
      </Card>
      {calls.hasNextPage && (
        <Button variant="default" mt="md" onClick={() => void calls.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}

function Loading() {
  return (
    <Stack gap="sm" p="md" role="status" aria-label="Loading calls">
      {Array.from({ length: 8 }, (_, row) => (
        <Skeleton key={row} height={22} />
      ))}
    </Stack>
  );
}

function CallTable({ calls }: { calls: CallSummary[] }) {
  if (calls.length === 0)
    return (
      <EmptyState icon={IconPhoneCall} title="No calls yet">
        Calls placed here, by your systems, or by people who ring your agents appear in this list.
      </EmptyState>
    );
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Status</Table.Th>
            <Table.Th>To</Table.Th>
            <Table.Th>Placed</Table.Th>
            <Table.Th ta="right">Length</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {calls.map((call) => (
            <Table.Tr key={call.id}>
              <Table.Td>
                <CallStatusBadge status={call.status} />
              </Table.Td>
              <Table.Td>
                <PhoneNumber number={call.to_number} />
              </Table.Td>
              <Table.Td>
                <Instant at={call.created_at} />
              </Table.Td>
              <Table.Td ta="right">
                <Duration ms={call.duration_ms} since={call.started_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
