import { Alert, Button, Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconCircleCheck, IconCloudOff, IconCloudUpload, IconRefresh } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type Draft, draftKeys } from "@/api/drafts";
import { type Comparison, comparisonQuery } from "@/api/sync";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { placeOf } from "@/pages/agents/changes/places";
import { Change } from "@/parts/changes/Change";
import { WaysOut, type WaysOutProps } from "./WaysOut";

interface Props extends Omit<WaysOutProps, "comparison"> {
  isReadOnly: boolean;
}

/** What is live at Retell beside what was published here, and the two ways to make them one. */
export function RetellTab({ isReadOnly, ...ways }: Props) {
  const { agent } = ways;
  if (agent.published_version === null)
    return (
      <Card>
        <EmptyState icon={IconCloudUpload} title="Nothing is at Retell yet">
          Publishing puts the agent there. From then on this page shows what somebody changes at
          Retell itself, and brings the two together again.
        </EmptyState>
      </Card>
    );
  return <Compared key={agent.published_version} isReadOnly={isReadOnly} {...ways} />;
}

function Compared({ isReadOnly, ...ways }: Props) {
  const { agent } = ways;
  const client = useQueryClient();
  const asked = useQuery(comparisonQuery(agent.id));
  const { state } = asked.data ?? {};
  // Looking has found it out: what the agent says of itself elsewhere follows.
  useEffect(() => {
    if (state) void client.invalidateQueries({ queryKey: draftKeys.all });
  }, [client, state]);
  const again = (
    <Button
      variant="default"
      leftSection={<IconRefresh size={17} aria-hidden />}
      loading={asked.isFetching}
      onClick={() => void asked.refetch()}
    >
      Compare again
    </Button>
  );
  return (
    <Stack>
      <Card component="section">
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={2}>Compared with Retell</Title>
            <Text size="sm" c="dimmed" mt={2}>
              <LastCompared agent={agent} comparison={asked.data} isFetching={asked.isFetching} />
            </Text>
          </div>
          {again}
        </Group>
        <div style={{ marginTop: 16 }} aria-live="polite" aria-busy={asked.isFetching}>
          {asked.error && <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />}
          {asked.isPending && <Skeleton h={160} />}
          {asked.data && !asked.error && <Findings agent={agent} comparison={asked.data} />}
        </div>
      </Card>
      {asked.data && !asked.error && !isReadOnly && asked.data.state !== "in_sync" && (
        <WaysOut comparison={asked.data} {...ways} />
      )}
    </Stack>
  );
}

interface Found {
  agent: Draft;
  comparison: Comparison;
}

function LastCompared({
  agent,
  comparison,
  isFetching,
}: {
  agent: Draft;
  comparison: Comparison | undefined;
  isFetching: boolean;
}) {
  const at = comparison?.synced_at ?? agent.synced_at;
  if (isFetching && !comparison) return "Asking Retell what is live there …";
  if (at === null) return "Never compared yet.";
  return (
    <>
      Last compared <Instant at={at} relative />. It is also done every night.
    </>
  );
}

function Findings({ agent, comparison }: Found) {
  const { state, differences, draft_retell_version: draft } = comparison;
  return (
    <Stack>
      {state === "missing" && (
        <Alert
          color="red"
          variant="light"
          icon={<IconCloudOff aria-hidden />}
          title="The agent is gone at Retell"
        >
          Somebody has deleted it there, or nothing of it is published any more. Calls cannot be
          placed with it until it is there again.
        </Alert>
      )}
      {state === "in_sync" && (
        <Alert
          color="signal"
          variant="light"
          icon={<IconCircleCheck aria-hidden />}
          title="Nothing differs"
        >
          What takes calls at Retell is version {comparison.published_version}, as it was published
          here.
        </Alert>
      )}
      {draft !== null && (
        <Alert color="gray" variant="light" title="There is an unpublished draft at Retell">
          It takes no calls, so it is not compared. Publishing here replaces it.
        </Alert>
      )}
      {differences.length > 0 && <Differences agent={agent} comparison={comparison} />}
    </Stack>
  );
}

function Differences({ comparison }: Found) {
  const { differences, published_version: version, live_retell_version: live } = comparison;
  const here = `Here, version ${version}`;
  const there = live === null ? "At Retell" : `At Retell, its version ${live}`;
  return (
    <>
      <Text size="sm">
        {differences.length === 1 ? "One setting differs" : `${differences.length} settings differ`}
        . Somebody has changed {differences.length === 1 ? "it" : "them"} at Retell itself; calls go
        by what is there.
      </Text>
      <Stack gap="lg">
        {differences.map(({ setting, pointer, published, at_retell }) => (
          <Change
            key={setting}
            label={placeOf(pointer)}
            pointer={pointer}
            before={published}
            after={at_retell}
            captions={[here, there]}
          />
        ))}
      </Stack>
    </>
  );
}
