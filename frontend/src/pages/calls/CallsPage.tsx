import { Button, Card, Group, Loader, Skeleton, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useIntersection } from "@mantine/hooks";
import { IconDownload, IconFilterOff, IconPhoneCall, IconPhonePlus } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { callsQuery, type CallSummary } from "@/api/calls";
import { explain } from "@/parts/explain";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { formatCount } from "@/parts/money";
import { PageHeader } from "@/parts/PageHeader";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { CallTable } from "./CallTable";
import { download, exportCalls } from "./csv";
import { FilterBar } from "./FilterBar";
import { hasFilters } from "./filters";
import type { CallFilters } from "@/api/callFilters";
import { NewCallButton } from "@/features/new-call/NewCallButton";

const route = getRouteApi("/app/calls");

export function CallsPage() {
  const filters = route.useSearch();
  return (
    <>
      <PageHeader title="Calls">
        <ExportButton filters={filters} />
        <NewCallButton>
          {(open) => (
            <Button leftSection={<IconPhonePlus size={17} aria-hidden />} onClick={open}>
              New call
            </Button>
          )}
        </NewCallButton>
      </PageHeader>
      <FilterBar filters={filters} />
      <CallList filters={filters} />
    </>
  );
}

function CallList({ filters }: { filters: CallFilters }) {
  const calls = useInfiniteQuery(callsQuery(filters));
  if (calls.isPending) return <Loading />;
  if (calls.isError) return <ErrorState error={calls.error} onRetry={() => void calls.refetch()} />;
  const found: CallSummary[] = calls.data.pages.flatMap((page) => page.items);
  if (found.length === 0) return <NothingFound isFiltered={hasFilters(filters)} />;
  return (
    <>
      <Card padding={0} style={{ opacity: calls.isPlaceholderData ? 0.6 : 1 }}>
        <CallTable calls={found} />
      </Card>
      {calls.hasNextPage && (
        <EndOfPage
          key={found.length}
          isLoading={calls.isFetchingNextPage}
          onReached={() => void calls.fetchNextPage()}
        />
      )}
    </>
  );
}

/** Reads on when the end comes into view; a button for those who do not scroll. */
function EndOfPage({ isLoading, onReached }: { isLoading: boolean; onReached: () => void }) {
  const { ref, entry } = useIntersection({ rootMargin: "400px" });
  const isVisible = entry?.isIntersecting ?? false;
  useEffect(() => {
    if (isVisible) onReached();
    // Once for each time it comes into view.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isVisible]);
  return (
    <Group ref={ref} justify="center" mt="md" h={44}>
      {isLoading ? (
        <Loader size="sm" aria-label="Loading more calls" />
      ) : (
        <Button variant="subtle" onClick={onReached}>
          Show more
        </Button>
      )}
    </Group>
  );
}

function NothingFound({ isFiltered }: { isFiltered: boolean }) {
  const navigate = useNavigate();
  if (!isFiltered)
    return (
      <Card>
        <EmptyState
          icon={IconPhoneCall}
          title="No calls yet"
          action={
            <NewCallButton>
              {(open) => <Button onClick={open}>Place the first call</Button>}
            </NewCallButton>
          }
        >
          Calls placed here, by your systems, or by people who ring your agents are listed here.
        </EmptyState>
      </Card>
    );
  return (
    <Card>
      <EmptyState
        icon={IconFilterOff}
        title="No call matches"
        action={
          <Button variant="default" onClick={() => void navigate({ to: "/calls", search: {} })}>
            Show all calls
          </Button>
        }
      >
        Numbers and call ids are found when they are complete. Or take a filter away.
      </EmptyState>
    </Card>
  );
}

function Loading() {
  return (
    <Card>
      <Stack gap="lg" role="status" aria-label="Loading calls">
        {Array.from({ length: 8 }, (_, row) => (
          <Skeleton key={row} height={18} />
        ))}
      </Stack>
    </Card>
  );
}

function ExportButton({ filters }: { filters: CallFilters }) {
  const agentName = useAgentNames();
  const [count, setCount] = useState(0);
  const exporting = useMutation({
    mutationFn: () => exportCalls(filters, agentName, setCount),
    onSuccess: (csv) => download(`calls-${new Date().toISOString().slice(0, 10)}.csv`, csv),
    onError: (error) =>
      notifications.show({ color: "red", title: "No export", message: explain(error).detail }),
  });
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={17} aria-hidden />}
      disabled={exporting.isPending}
      onClick={() => exporting.mutate()}
    >
      {exporting.isPending ? <Text inherit>{formatCount(count)} calls…</Text> : "Export CSV"}
    </Button>
  );
}
