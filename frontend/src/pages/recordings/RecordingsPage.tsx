import { Button, Card, Group, Loader, Select } from "@mantine/core";
import { IconMicrophone } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { agentsQuery } from "@/api/agents";
import { recordingsQuery } from "@/api/recordings";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { PageHeader } from "@/parts/PageHeader";
import { useIsManager } from "@/features/session/useUser";
import { DropZone } from "./DropZone";
import { RecordingTable } from "./RecordingTable";

/** Files that become calls: sending them, and how far each one is. */
export function RecordingsPage() {
  const isManager = useIsManager();
  const agents = useQuery(agentsQuery);
  const [chosen, setChosen] = useState<string | null>(null);
  const agentId = chosen ?? agents.data?.[0]?.id ?? null;
  return (
    <>
      <PageHeader title="Recordings">
        {isManager && agents.data && agents.data.length > 0 && (
          <Select
            aria-label="Agent that new recordings belong to"
            data={agents.data.map(({ id, name }) => ({ value: id, label: name }))}
            value={agentId}
            allowDeselect={false}
            onChange={setChosen}
          />
        )}
      </PageHeader>
      {isManager && <DropZone agentId={agentId} />}
      <List />
    </>
  );
}

function List() {
  const recordings = useInfiniteQuery(recordingsQuery);
  if (recordings.isPending) return <Loader aria-label="Loading recordings" />;
  if (recordings.isError)
    return <ErrorState error={recordings.error} onRetry={() => void recordings.refetch()} />;
  const found = recordings.data.pages.flatMap((page) => page.items);
  if (found.length === 0)
    return (
      <Card>
        <EmptyState icon={IconMicrophone} title="No recordings yet">
          Audio or video of a conversation becomes a call like any other: with its transcript, its
          speakers and its record.
        </EmptyState>
      </Card>
    );
  return (
    <>
      <Card padding={0}>
        <RecordingTable recordings={found} />
      </Card>
      {recordings.hasNextPage && (
        <Group justify="center" mt="md">
          <Button
            variant="subtle"
            loading={recordings.isFetchingNextPage}
            onClick={() => void recordings.fetchNextPage()}
          >
            Show more
          </Button>
        </Group>
      )}
    </>
  );
}
