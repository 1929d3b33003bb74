import { Alert, Anchor, Button, Card, Progress, Skeleton, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconFlaskOff, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import {
  type Backtest,
  backtestKeys,
  backtestQuery,
  pauseBacktest,
  startBacktest,
} from "@/api/backtests";
import { ApiProblem } from "@/api/problem";
import { explain } from "@/parts/explain";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { formatCount } from "@/parts/money";
import { PageHeader } from "@/parts/PageHeader";
import { StatusBadge } from "@/parts/StatusBadge";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { useIsManager } from "@/features/session/useUser";
import { ApplyDialog } from "./ApplyDialog";
import { estimateOf, STATES, triedOf } from "./progress";
import { Report } from "./Report";
import { Trials } from "./Trials";

const route = getRouteApi("/app/backtests/$backtestId");

export function BacktestPage() {
  const { backtestId } = route.useParams();
  const found = useQuery(backtestQuery(backtestId));
  if (found.isPending) return <Skeleton h={360} radius="lg" />;
  if (found.error) {
    if (found.error instanceof ApiProblem && [404, 422].includes(found.error.status))
      return (
        <EmptyState icon={IconFlaskOff} title="There is no such back-test" level={1}>
          The address may be mistyped, or it belongs to another organization.
        </EmptyState>
      );
    return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  }
  return <Shown backtest={found.data} />;
}

function Shown({ backtest }: { backtest: Backtest }) {
  const nameOf = useAgentNames();
  const isManager = useIsManager();
  const tried = triedOf(backtest);
  const { state, total, version, model } = backtest;
  const with_ = model ? `version ${version}, ${model}` : `version ${version}`;
  return (
    <>
      <Anchor component={Link} to="/backtests" size="sm" c="dimmed">
        Back-tests
      </Anchor>
      <PageHeader
        title={`${nameOf(backtest.agent_id)}: ${formatCount(total)} ${total === 1 ? "call" : "calls"}`}
        description={`Records made again with ${with_}`}
      >
        {isManager && <Steer backtest={backtest} />}
      </PageHeader>
      <Stack>
        <Card component="section" aria-label="Progress">
          <StatusBadge {...STATES[state]} />
          <Progress
            mt="sm"
            value={total === 0 ? 0 : (tried / total) * 100}
            aria-label="Calls asked about"
          />
          <Text size="sm" mt="xs" aria-live="polite" className="figures">
            {state === "ready"
              ? `It will take ${estimateOf(backtest)}. Nothing has been asked yet.`
              : `${formatCount(tried)} of ${formatCount(total)} calls`}
          </Text>
        </Card>
        {tried > 0 && <Report backtest={backtest} tried={tried} />}
        {tried > 0 && <Trials backtest={backtest} tried={tried} />}
      </Stack>
    </>
  );
}

function Steer({ backtest }: { backtest: Backtest }) {
  const client = useQueryClient();
  const [isApplying, applying] = useDisclosure(false);
  const { id, state } = backtest;
  const steer = useMutation({
    mutationFn: () => (state === "running" ? pauseBacktest(id) : startBacktest(id)),
    onSuccess: (now) => client.setQueryData(backtestKeys.one(id), now),
    // It may have been done meanwhile: then what can be done next is another thing.
    onError: () => client.invalidateQueries({ queryKey: backtestKeys.one(id) }),
  });
  if (state === "applying" || state === "applied") return null;
  return (
    <>
      {steer.error && (
        <Alert color="red" variant="light" role="alert" title={explain(steer.error).title}>
          {explain(steer.error).detail}
        </Alert>
      )}
      {state === "done" ? (
        <Button onClick={applying.open}>Replace the records</Button>
      ) : (
        <Button
          variant={state === "running" ? "default" : "filled"}
          leftSection={
            state === "running" ? (
              <IconPlayerPause size={17} aria-hidden />
            ) : (
              <IconPlayerPlay size={17} aria-hidden />
            )
          }
          loading={steer.isPending}
          onClick={() => steer.mutate()}
        >
          {state === "running" ? "Pause" : state === "paused" ? "Go on" : "Start"}
        </Button>
      )}
      <ApplyDialog backtest={backtest} opened={isApplying} onClose={applying.close} />
    </>
  );
}
