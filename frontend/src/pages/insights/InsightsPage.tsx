import { Button, Group, Select, Stack } from "@mantine/core";
import { IconDeviceTv, IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { fieldsQuery, seriesAddress, type SeriesBy } from "@/api/insights";
import { AgentFilter } from "@/features/agents/AgentFilter";
import { PageHeader } from "@/parts/PageHeader";
import { DistributionCard } from "./DistributionCard";
import { DriftCard } from "./DriftCard";
import { BY, type InsightsSearch, sinceOf, SPANS, USUAL_DAYS, USUAL_METRIC } from "./search";
import { SeriesCard } from "./SeriesCard";
import { VersionsCard } from "./VersionsCard";
import { metricsOf, nameOf } from "@/features/insights/words";

const route = getRouteApi("/app/insights");

/** What calls come to over time, how it is spread, and whether it is another than it was. */
export function InsightsPage() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const { data: fields = [] } = useQuery(fieldsQuery(search.agent));
  const { metric = USUAL_METRIC, by = "day", days = USUAL_DAYS } = search;
  const asked = { agent_id: search.agent, since: sinceOf(days, new Date()) };
  const change = (part: Partial<InsightsSearch>) =>
    void navigate({ to: "/insights", search: { ...search, ...part }, replace: true });
  const metrics = metricsOf(fields).map(({ group, items }) => ({
    group,
    items: items.map((value) => ({ value, label: nameOf(value, fields) })),
  }));
  return (
    <>
      <PageHeader title="Insights" description="What calls come to, and whether it changes.">
        <Button
          variant="default"
          leftSection={<IconDeviceTv size={17} aria-hidden />}
          renderRoot={(props) => <Link {...props} to="/monitor" />}
        >
          Monitor
        </Button>
        <Button
          component="a"
          variant="default"
          leftSection={<IconDownload size={17} aria-hidden />}
          href={seriesAddress(metric, by, asked)}
          download
        >
          CSV
        </Button>
      </PageHeader>
      <Group gap="xs" mb="md" role="search" aria-label="Insights">
        <Select
          aria-label="What is shown"
          allowDeselect={false}
          searchable
          w={250}
          data={metrics}
          value={metric}
          onChange={(chosen) => change({ metric: chosen ?? undefined })}
        />
        <Select
          aria-label="Told apart"
          allowDeselect={false}
          w={190}
          data={Object.entries(BY).map(([value, label]) => ({ value, label }))}
          value={by}
          onChange={(chosen) => change({ by: (chosen ?? undefined) as SeriesBy | undefined })}
        />
        <AgentFilter
          value={search.agent}
          onChange={(agent) => change({ agent: agent ?? undefined })}
        />
        <Select
          aria-label="Days"
          allowDeselect={false}
          w={140}
          data={SPANS.map((each) => ({ value: String(each), label: `Last ${each} days` }))}
          value={String(days)}
          onChange={(chosen) => change({ days: Number(chosen) })}
        />
      </Group>
      <Stack>
        <SeriesCard metric={metric} by={by} asked={asked} fields={fields} />
        <DistributionCard asked={asked} fields={fields} />
        <DriftCard agentId={search.agent} fields={fields} />
        <VersionsCard agentId={search.agent} fields={fields} />
      </Stack>
    </>
  );
}
