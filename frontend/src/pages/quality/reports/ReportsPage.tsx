import {
  Button,
  Card,
  Group,
  Select,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { IconChartLine, IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { policiesQuery } from "@/api/policies";
import { exportAddress, type ReportSpan, reportQuery } from "@/api/reports";
import { sayScore } from "@/features/evaluation/verdicts";
import { AgentFilter } from "@/features/agents/AgentFilter";
import { QualityFrame } from "@/pages/quality/frame/QualityFrame";
import { LineChart } from "@/parts/charts/LineChart";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { formatCount } from "@/parts/money";
import { PageHeader } from "@/parts/PageHeader";
import { BreakdownTable } from "./BreakdownTable";
import { Coaching } from "./Coaching";
import { sayInterval } from "./interval";
import { mondays, type ReportSearch, sayWeek, sinceOf, USUAL_WEEKS, WEEKS } from "./span";
import { WorstCalls } from "./WorstCalls";

const route = getRouteApi("/app/quality");

/** How good calls are in sum, over time, and where they are not. */
export function ReportsPage() {
  const search = route.useSearch();
  const weeks = search.weeks ?? USUAL_WEEKS;
  const span: ReportSpan = {
    policy_id: search.policy,
    agent_id: search.agent,
    since: sinceOf(weeks, new Date()),
  };
  return (
    <QualityFrame>
      <PageHeader title="Quality" description="Scores of calls, with how sure they are.">
        <Button
          component="a"
          variant="default"
          leftSection={<IconDownload size={17} aria-hidden />}
          href={exportAddress(span)}
          download
        >
          CSV
        </Button>
      </PageHeader>
      <Filters search={search} weeks={weeks} />
      <Report span={span} weeks={weeks} agent={search.agent} />
    </QualityFrame>
  );
}

function Filters({ search, weeks }: { search: ReportSearch; weeks: number }) {
  const navigate = useNavigate();
  const policies = useQuery(policiesQuery);
  const change = (part: Partial<ReportSearch>) =>
    void navigate({ to: "/quality", search: { ...search, ...part }, replace: true });
  return (
    <Group gap="xs" mb="md" role="search" aria-label="Report">
      <Select
        aria-label="Policy"
        placeholder="All policies"
        clearable
        w={200}
        data={policies.data?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
        value={search.policy ?? null}
        onChange={(policy) => change({ policy: policy ?? undefined })}
      />
      <AgentFilter
        value={search.agent}
        onChange={(agent) => change({ agent: agent ?? undefined })}
      />
      <Select
        aria-label="Weeks"
        allowDeselect={false}
        w={150}
        data={WEEKS.map((each) => ({ value: String(each), label: `Last ${each} weeks` }))}
        value={String(weeks)}
        onChange={(chosen) => change({ weeks: Number(chosen) })}
      />
    </Group>
  );
}

interface ReportProps {
  span: ReportSpan;
  weeks: number;
  agent: string | undefined;
}

function Report({ span, weeks, agent }: ReportProps) {
  const byWeek = useQuery(reportQuery("week", span));
  if (byWeek.error)
    return <ErrorState error={byWeek.error} onRetry={() => void byWeek.refetch()} />;
  if (!byWeek.data) return <Skeleton h={320} radius="lg" />;
  const { overall, waiting, items } = byWeek.data;
  if (overall.n === 0 && waiting === 0)
    return (
      <Card>
        <EmptyState icon={IconChartLine} title="Nothing is scored yet">
          Publish a policy that applies to an agent: its calls are scored as they end, and show
          here.
        </EmptyState>
      </Card>
    );
  const found = new Map(items.map((item) => [item.week, item]));
  const points = mondays(weeks, new Date()).map((monday) => {
    const item = found.get(monday);
    return {
      label: sayWeek(monday),
      value: item?.mean ?? null,
      low: item?.interval?.low ?? null,
      high: item?.interval?.high ?? null,
    };
  });
  return (
    <Stack>
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        <Tile label="Mean score" note={sayInterval(overall.interval)}>
          {sayScore(overall.mean)}
        </Tile>
        <Tile label="Passed" note={sayInterval(overall.passed_interval, " %")}>
          {overall.passed_percent === null ? "–" : `${sayScore(overall.passed_percent)} %`}
        </Tile>
        <Tile label="Calls scored">{formatCount(overall.n)}</Tile>
        <Tile label="Wait for review" note="counted once reviewed">
          {formatCount(waiting)}
        </Tile>
      </SimpleGrid>
      <Card component="section" aria-label="Score by week">
        <Title order={2} mb="md">
          Score by week
        </Title>
        <LineChart label={`Mean score of the last ${weeks} weeks`} points={points} />
        <Text size="xs" c="dimmed" mt="xs">
          The shaded part is the 95 % interval of the mean.
        </Text>
      </Card>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Stack>
          <BreakdownTable by="agent" title="By agent" span={span} />
          <BreakdownTable by="version" title="By version" span={span} />
          <BreakdownTable by="category" title="By category" span={span} />
        </Stack>
        <Stack>
          <BreakdownTable by="criterion" title="By criterion" span={span} />
        </Stack>
      </SimpleGrid>
      <WorstCalls span={span} />
      {agent && <Coaching agentId={agent} span={span} />}
      {!agent && (
        <Text size="sm" c="dimmed">
          Choose an agent for its coaching sheet.
        </Text>
      )}
    </Stack>
  );
}

interface TileProps {
  label: string;
  note?: string | undefined;
  children: ReactNode;
}

function Tile({ label, note, children }: TileProps) {
  return (
    <Card padding="md">
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text fw={640} fz={26} lh={1.25} className="figures">
        {children}
      </Text>
      <Text size="xs" c="dimmed" className="figures" mih={18}>
        {note}
      </Text>
    </Card>
  );
}
