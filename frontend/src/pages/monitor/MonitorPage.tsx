import { Button, Group, Skeleton, Text, Title } from "@mantine/core";
import { useFullscreenElement } from "@mantine/hooks";
import { IconMaximize, IconMinimize } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { alertsQuery } from "@/api/alerts";
import { boardQuery, numbersQuery } from "@/api/calls";
import { type Destination, destinationsQuery } from "@/api/destinations";
import { dialQueueQuery } from "@/api/inbox";
import { seriesQuery } from "@/api/insights";
import { reviewCountQuery } from "@/api/review";
import { webhookHealthQuery } from "@/api/webhooks";
import { useConnection } from "@/features/live/LiveProvider";
import { LineChart } from "@/parts/charts/LineChart";
import { formatCents, formatCount } from "@/parts/money";
import { asClock } from "@/parts/time";
import { useTitle } from "@/parts/title";
import { useNow, useToday } from "@/parts/useNow";
import classes from "./Monitor.module.css";
import { isUnknown, type Trouble, troublesOf } from "./trouble";

// The feed does not tell of what makes no progress.
const AGAIN_MS = 15_000;

/** For a screen on a wall: big numbers, what is wrong, and whether this is live. */
export function MonitorPage() {
  useTitle("Monitor");
  const { ref, toggle, fullscreen } = useFullscreenElement();
  return (
    <div ref={ref} className={classes.wall}>
      <Group justify="space-between" mb="lg">
        <Title order={1}>Monitor</Title>
        <Group gap="md">
          <Clock />
          <Button
            variant="default"
            leftSection={
              fullscreen ? (
                <IconMinimize size={17} aria-hidden />
              ) : (
                <IconMaximize size={17} aria-hidden />
              )
            }
            onClick={() => void toggle()}
          >
            {fullscreen ? "Leave full screen" : "Full screen"}
          </Button>
        </Group>
      </Group>
      <State />
      <Numbers />
      <Today />
    </div>
  );
}

function Clock() {
  const now = useNow();
  return (
    <time className={`${classes.clock} figures`} dateTime={new Date(now).toISOString()}>
      {new Date(now).toLocaleTimeString(undefined, { hour: "numeric", minute: "2-digit" })}
    </time>
  );
}

export function State() {
  const connection = useConnection();
  const queue = useQuery({ ...dialQueueQuery, refetchInterval: AGAIN_MS });
  const health = useQuery({ ...webhookHealthQuery, refetchInterval: AGAIN_MS });
  const alerts = useQuery({ ...alertsQuery, refetchInterval: AGAIN_MS });
  const destinations = useQuery({ ...destinationsQuery, refetchInterval: AGAIN_MS });
  const now = useNow();
  const looks = { dialing: queue, webhooks: health, alerts, destinations };
  const unknown = Object.entries(looks).filter(([, look]) => isUnknown(look, now));
  const troubles = troublesOf({
    isLive: connection !== "lost",
    unknown: unknown.map(([name]) => name),
    queue: queue.data,
    health: health.data,
    alerts: alerts.data,
    disabled: (destinations.data?.items ?? []).filter(isGivenUp),
  });
  if (unknown.length === 0 && Object.values(looks).some(({ isPending }) => isPending))
    return <Skeleton h={84} radius="lg" mb="lg" />;
  return (
    <section aria-label="State" aria-live="polite" className={classes.state}>
      {troubles.length === 0 ? (
        <div className={classes.trouble} data-tone="good">
          <strong>All is well</strong>
          <span>Nothing stands still, and no alert is triggered.</span>
        </div>
      ) : (
        troubles.map((each) => <Told key={each.key} trouble={each} />)
      )}
    </section>
  );
}

function isGivenUp({ disabled_reason: reason }: Destination): boolean {
  return reason === "failing" || reason === "gone";
}

function Told({ trouble: { tone, title, detail } }: { trouble: Trouble }) {
  return (
    <div className={classes.trouble} data-tone={tone}>
      <strong>{title}</strong>
      <span>{detail}</span>
    </div>
  );
}

function Numbers() {
  const numbers = useQuery(numbersQuery(useToday()));
  const board = useQuery(boardQuery);
  const review = useQuery(reviewCountQuery());
  const queue = useQuery(dialQueueQuery);
  if (!numbers.data) return <Skeleton h={280} radius="lg" />;
  const { calls, answered_by_people: answered, talk_ms, cost_cents } = numbers.data;
  const placed = Object.values(calls).reduce((total, count) => total + count, 0);
  const { ended = 0, not_connected: notConnected = 0 } = calls;
  const over = ended + notConnected;
  const running = (board.data ?? []).filter(({ call }) => call.status === "in_progress").length;
  return (
    <section aria-label="Numbers" className={classes.numbers}>
      <Number label="On the phone" to="/">
        {formatCount(running)}
      </Number>
      <Number label="In queue" to="/calls">
        {formatCount(queue.data?.queued ?? 0)}
      </Number>
      <Number label="Calls today" to="/calls">
        {formatCount(placed)}
      </Number>
      <Number label="Answered by people" to="/insights">
        {over ? `${Math.round((100 * answered) / over)}%` : "–"}
      </Number>
      <Number label="Average length" to="/insights">
        {ended ? asClock(talk_ms / ended) : "–"}
      </Number>
      <Number label="To review" to="/review">
        {formatCount(review.data?.count ?? 0)}
      </Number>
      <Number label="Spent today" to="/insights">
        {formatCents(Math.round(cost_cents))}
      </Number>
    </section>
  );
}

interface NumberProps {
  label: string;
  to: LinkProps["to"];
  children: ReactNode;
}

function Number({ label, to, children }: NumberProps) {
  return (
    <Link to={to} className={classes.number}>
      <span className={classes.label}>{label}</span>
      <span className={`${classes.value} figures`}>{children}</span>
    </Link>
  );
}

function Today() {
  const asked = { agent_id: undefined, since: useToday() };
  const hours = useQuery({ ...seriesQuery("calls", "hour", asked), refetchInterval: 60_000 });
  if (!hours.data) return null;
  const points = hours.data.points.map(({ label, value }) => ({ label, value }));
  const most = Math.max(4, ...points.map(({ value }) => value ?? 0));
  return (
    <section aria-label="Calls by hour today" className={classes.today}>
      <Text fw={550} mb="xs">
        Calls by hour today
      </Text>
      <LineChart label="Calls by hour today" points={points} most={most} />
    </section>
  );
}
