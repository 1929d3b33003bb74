import { Button, Card, Group, Loader, Skeleton, Stack } from "@mantine/core";
import { useIntersection } from "@mantine/hooks";
import { IconDownload, IconFilterOff, IconPhoneCall, IconPhonePlus } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { agentsQuery } from "@/api/agents";
import { callsQuery, type CallSummary } from "@/api/calls";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { PageHeader } from "@/parts/PageHeader";
import { rememberList } from "@/features/call-list/lastList";
import { ImportCallsButton } from "@/features/new-call/ImportCallsButton";
import { useIsManager } from "@/features/session/useUser";
import { ActionBar } from "./ActionBar";
import { CallTable } from "./CallTable";
import { columnsOf, labelOfColumn } from "./columns";
import { exportAddress } from "./exportAddress";
import { FilterBar } from "./FilterBar";
import { hasFilters, readCallFilters } from "@/features/call-list/filters";
import type { CallFilters } from "@/api/callFilters";
import { NewCallButton } from "@/features/new-call/NewCallButton";

const route = getRouteApi("/app/calls");

export function CallsPage() {
  const filters = route.useSearch();
  useEffect(() => rememberList(filters), [filters]);
  return (
    <>
      <PageHeader title="Calls">
        <ExportButton filters={filters} />
        <ImportCallsButton />
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
  const agents = useQuery(agentsQuery);
  const isManager = useIsManager();
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  if (calls.isPending) return <Loading />;
  if (calls.isError) return <ErrorState error={calls.error} onRetry={() => void calls.refetch()} />;
  const known = columnsOf(agents.data ?? []);
  const columns = (filters.columns ?? []).map((id) => ({ id, label: labelOfColumn(id, known) }));
  const found: CallSummary[] = calls.data.pages.flatMap((page) => page.items);
  if (found.length === 0) return <NothingFound isFiltered={hasFilters(filters)} />;
  return (
    <>
      {chosen.size > 0 && (
        <ActionBar
          calls={found.filter(({ id }) => chosen.has(id))}
          onDone={() => setChosen(new Set())}
        />
      )}
      <Card padding={0} style={{ opacity: calls.isPlaceholderData ? 0.6 : 1 }}>
        <CallTable
          calls={found}
          columns={columns}
          chosen={isManager ? chosen : null}
          onChoose={setChosen}
          order={filters.order ?? "newest"}
          onOrder={(order) =>
            void navigate({
              to: "/calls",
              search: (search) => readCallFilters({ ...search, order }),
              replace: true,
            })
          }
        />
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
        Try fewer words, or clear a filter. Words are found by their beginnings.
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

/** The service writes the file, however many calls there are. */
function ExportButton({ filters }: { filters: CallFilters }) {
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={17} aria-hidden />}
      component="a"
      href={exportAddress(filters)}
      download={`calls-${new Date().toISOString().slice(0, 10)}.csv`}
    >
      Export CSV
    </Button>
  );
}
