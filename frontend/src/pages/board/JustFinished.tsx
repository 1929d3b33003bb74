import { Card, Group, Skeleton, Text } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { callsQuery, type CallSummary } from "@/api/calls";
import { Duration } from "@/parts/Duration";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { Unnamed } from "@/parts/Unnamed";
import { CallStatusBadge, RecordStatusBadge } from "@/parts/StatusBadge";
import { isOpen } from "@/parts/statuses";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { useCallName } from "@/features/agents/useCallName";
import classes from "./Board.module.css";

const SHOWN = 8;
// Some of the newest may still be going on.
const READ = 30;

export function JustFinished() {
  const calls = useInfiniteQuery(callsQuery({}, READ));
  if (calls.isPending) return <Skeleton height={320} radius="lg" />;
  if (calls.isError) return <ErrorState error={calls.error} onRetry={() => void calls.refetch()} />;
  const finished = calls.data.pages
    .flatMap((page) => page.items)
    .filter(({ status }) => !isOpen(status))
    .slice(0, SHOWN);
  if (finished.length === 0)
    return (
      <Card>
        <EmptyState icon={IconHistory} title="Nothing yet">
          Finished calls appear here.
        </EmptyState>
      </Card>
    );
  return (
    <Card padding={0}>
      <ul className={classes.list}>
        {finished.map((call) => (
          <li key={call.id}>
            <Finished call={call} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Finished({ call }: { call: CallSummary }) {
  const agentName = useAgentNames();
  const name = useCallName()(call);
  return (
    <Link to="/calls/$callId" params={{ callId: call.id }} className={classes.row}>
      <Group gap="sm" wrap="nowrap">
        <Text fw={550} size="sm">
          {name ?? <Unnamed call={call} />}
        </Text>
        <Text size="sm" c="dimmed" truncate>
          {agentName(call.agent_id)}
        </Text>
      </Group>
      <CallStatusBadge status={call.status} />
      <Text size="sm" c="dimmed" lineClamp={1}>
        {call.record_status === "needs_review" && (
          <>
            <RecordStatusBadge status="needs_review" />{" "}
          </>
        )}
        {call.summary ?? call.failure ?? <Instant at={call.ended_at ?? call.created_at} relative />}
      </Text>
      <Text size="sm" c="dimmed" ta="right">
        <Duration ms={call.duration_ms} />
      </Text>
    </Link>
  );
}
