import {
  Alert,
  Anchor,
  Button,
  Card,
  Group,
  Progress,
  Select,
  Skeleton,
  Text,
  Title,
} from "@mantine/core";
import { IconPlayerPlay, IconTargetArrow } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type Policy, policyKeys } from "@/api/policies";
import { type GoldenRun, goldenRunsQuery, reviewedQuery, startGoldenRun } from "@/api/reliability";
import { useIsManager } from "@/features/session/useUser";
import { LineChart } from "@/parts/charts/LineChart";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { explain } from "@/parts/explain";
import { OlderOnes } from "@/parts/OlderOnes";
import { briefly } from "@/parts/time";
import { humanise } from "@/parts/words";
import { GoldenRunTable } from "./GoldenRunTable";
import { pointsOf } from "./trust";

const FEWEST = 5;

/** Reviewed calls judged again and again: whether the judge still agrees with people. */
export function GoldenRuns({ policy }: { policy: Policy }) {
  const isManager = useIsManager();
  const client = useQueryClient();
  const found = useInfiniteQuery(goldenRunsQuery(policy.id));
  const reviewed = useQuery(reviewedQuery(policy.id, FEWEST));
  const runs = found.data?.pages.flatMap((page) => page.items) ?? [];
  const atWork = runs.find(({ done_at }) => done_at === null);
  const start = useMutation({
    mutationFn: () => startGoldenRun(policy.id),
    onSettled: () =>
      client.invalidateQueries({ queryKey: [...policyKeys.one(policy.id), "golden-runs"] }),
  });
  const isEnough = reviewed.data === undefined || reviewed.data >= FEWEST;
  const mayRun = policy.published_version !== null && policy.archived_at === null && isEnough;
  return (
    <Card padding={0} component="section" aria-label="Golden runs">
      <Group justify="space-between" align="flex-start" p="md" pb="xs">
        <div style={{ flex: "1 1 320px" }}>
          <Title order={2}>Golden runs</Title>
          <Text size="sm" c="dimmed" mt={4}>
            Reviewed calls are judged again every day, and when the model or the policy changes. A
            drop says that the judge has moved away from people.
          </Text>
        </div>
        {isManager && (
          <Button
            variant="default"
            leftSection={<IconPlayerPlay size={17} aria-hidden />}
            disabled={!mayRun || atWork !== undefined}
            loading={start.isPending}
            onClick={() => start.mutate()}
          >
            Run now
          </Button>
        )}
      </Group>
      {start.error && (
        <Alert color="red" variant="light" role="alert" mx="md" title={explain(start.error).title}>
          {explain(start.error).detail}
        </Alert>
      )}
      {found.error && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Skeleton h={200} m="md" w="auto" />}
      {atWork && <AtWork run={atWork} />}
      {found.data && runs.length === 0 && <Nothing policy={policy} reviewed={reviewed.data} />}
      {runs.length > 0 && <Measured policy={policy} runs={runs} />}
      <OlderOnes list={found} />
    </Card>
  );
}

function AtWork({ run: { done, failed, total } }: { run: GoldenRun }) {
  return (
    <div style={{ padding: "0 16px 12px" }}>
      <Progress
        value={total === 0 ? 0 : ((done + failed) / total) * 100}
        aria-label="Calls judged"
      />
      <Text size="sm" mt={4} aria-live="polite" className="figures">
        {done + failed} of {total} calls judged again.
      </Text>
    </div>
  );
}

function Nothing({ policy, reviewed }: { policy: Policy; reviewed: number | undefined }) {
  if (policy.published_version === null)
    return (
      <EmptyState icon={IconTargetArrow} title="No golden runs yet">
        Publish the policy: what it scores can be reviewed, and reviewed calls are run again.
      </EmptyState>
    );
  if (reviewed !== undefined && reviewed < FEWEST)
    return (
      <EmptyState
        icon={IconTargetArrow}
        title="No golden runs yet"
        action={
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link {...props} to="/quality/review" search={{ policy: policy.id }} />
            )}
          >
            Review evaluations
          </Anchor>
        }
      >
        It takes {FEWEST} calls that people have approved or overridden; {reviewed} of this
        policy&rsquo;s {reviewed === 1 ? "is" : "are"}.
      </EmptyState>
    );
  return (
    <EmptyState icon={IconTargetArrow} title="No golden runs yet">
      Enough calls are reviewed. The first run starts by itself within ten minutes.
    </EmptyState>
  );
}

function Measured({ policy, runs }: { policy: Policy; runs: GoldenRun[] }) {
  const [key, setKey] = useState<string | null>(null);
  const points = pointsOf(runs, key, briefly);
  const keys = [...new Set(runs.flatMap(({ agreement }) => agreement.map((each) => each.key)))];
  const nameOf = (each: string) =>
    policy.criteria.find((criterion) => criterion.key === each)?.name ?? humanise(each);
  return (
    <>
      {points.length > 1 && (
        <div style={{ padding: "8px 16px 16px" }}>
          <Group justify="space-between" mb="xs">
            <Title order={3}>Agreement by run, in percent</Title>
            <Select
              aria-label="Criterion of the chart"
              placeholder="All criteria"
              clearable
              size="xs"
              w={240}
              data={keys.map((each) => ({ value: each, label: nameOf(each) }))}
              value={key}
              onChange={setKey}
            />
          </Group>
          <LineChart
            label={`Agreement with people over ${points.length} runs, ${key === null ? "all criteria" : nameOf(key)}`}
            points={points}
          />
        </div>
      )}
      <GoldenRunTable policy={policy} runs={runs.filter(({ done_at }) => done_at !== null)} />
    </>
  );
}
