import { Card, Group, Skeleton, Stack, Text, VisuallyHidden } from "@mantine/core";
import { IconPhoneRinging } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type BoardCall, boardQuery } from "@/api/calls";
import { Duration } from "@/parts/Duration";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { Unnamed } from "@/parts/Unnamed";
import { CallStatusBadge } from "@/parts/StatusBadge";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { useCallName } from "@/features/agents/useCallName";
import classes from "./Board.module.css";
import { groupsOf } from "./groups";

export function LiveCalls() {
  const board = useQuery(boardQuery);
  if (board.isPending) return <Waiting />;
  if (board.isError) return <ErrorState error={board.error} onRetry={() => void board.refetch()} />;
  if (board.data.length === 0)
    return (
      <Card>
        <EmptyState icon={IconPhoneRinging} title="The line is quiet">
          Calls appear here the moment they are placed or come in, with what is being said.
        </EmptyState>
      </Card>
    );
  return (
    <Stack gap="lg">
      <Announcement calls={board.data} />
      {groupsOf(board.data).map(({ label, calls }) => (
        <section key={label} aria-label={label}>
          <Text size="sm" fw={600} c="dimmed" mb={6}>
            {label} · {calls.length}
          </Text>
          <Stack gap="sm" component="ul" className={classes.list}>
            {calls.map((each) => (
              <li key={each.call.id}>
                {each.call.status === "queued" ? <Queued {...each} /> : <LiveCall {...each} />}
              </li>
            ))}
          </Stack>
        </section>
      ))}
    </Stack>
  );
}

/** For those who do not see the board: how many there are of each kind, when that changes. */
function Announcement({ calls }: { calls: BoardCall[] }) {
  const said = groupsOf(calls).map(({ label, calls: some }) => `${some.length} ${label}`);
  return <VisuallyHidden role="status">{said.join(", ")}</VisuallyHidden>;
}

/** A line for a call that only waits: what goes on needs the room. */
function Queued({ call }: BoardCall) {
  const agentName = useAgentNames();
  const name = useCallName()(call);
  return (
    <Link to="/calls/$callId" params={{ callId: call.id }} className={classes.waiting}>
      <Text size="sm" fw={550} truncate>
        {name ?? <Unnamed call={call} />}
      </Text>
      <Text size="xs" c="dimmed" truncate>
        {agentName(call.agent_id)} · <Instant at={call.created_at} relative />
      </Text>
    </Link>
  );
}

function Waiting() {
  return (
    <Stack gap="sm" role="status" aria-label="Loading calls">
      <Skeleton height={104} radius="lg" />
      <Skeleton height={104} radius="lg" />
    </Stack>
  );
}

function LiveCall({ call, lastTurn }: BoardCall) {
  const agentName = useAgentNames();
  const name = useCallName()(call);
  return (
    <Link to="/calls/$callId" params={{ callId: call.id }} className={classes.card}>
      <Group justify="space-between" wrap="nowrap">
        <CallStatusBadge status={call.status} />
        <Text fw={600} className="figures">
          {call.started_at ? <Duration ms={null} since={call.started_at} /> : null}
        </Text>
      </Group>
      <Group justify="space-between" gap="xs" mt={6}>
        <Text fw={600} fz="lg">
          {name ?? <Unnamed call={call} />}
        </Text>
        <Text c="dimmed" size="sm" truncate>
          {name && <Unnamed call={call} />}
          {name && " · "}
          {agentName(call.agent_id)}
        </Text>
      </Group>
      <Text size="sm" className={classes.line} c={lastTurn ? undefined : "dimmed"} lineClamp={2}>
        {lastTurn ? (
          <>
            <span className={classes.speaker}>
              {lastTurn.role === "agent" ? "Agent" : "Caller"}
            </span>
            {lastTurn.text}
          </>
        ) : (
          SILENCE[call.status]
        )}
      </Text>
    </Link>
  );
}

const SILENCE: Partial<Record<BoardCall["call"]["status"], string>> = {
  queued: "In queue",
  dialing: "Ringing…",
  in_progress: "Nothing has been said yet",
};
