import {
  Alert,
  Anchor,
  Card,
  Group,
  Progress,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
} from "@mantine/core";
import { IconSpeakerphone } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { type Campaign, campaignQuery, forecastQuery, progressQuery } from "@/api/campaigns";
import { ApiProblem } from "@/api/problem";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { useIsManager } from "@/features/session/useUser";
import { LineChart } from "@/parts/charts/LineChart";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { formatCount } from "@/parts/money";
import { PageHeader } from "@/parts/PageHeader";
import { StatusBadge } from "@/parts/StatusBadge";
import { ContactList } from "./ContactList";
import { Steering } from "./Steering";
import { inWords, STATES, STATUSES, through } from "./words";

const route = getRouteApi("/app/campaigns/$campaignId");

/** One campaign, live: how far it is, when it will be through, and everybody on its list. */
export function CampaignPage() {
  const { campaignId } = route.useParams();
  const found = useQuery(campaignQuery(campaignId));
  if (found.isPending) return <Skeleton h={320} radius="lg" />;
  if (found.isError) {
    if (found.error instanceof ApiProblem && [404, 422].includes(found.error.status))
      return (
        <EmptyState icon={IconSpeakerphone} title="There is no such campaign" level={1}>
          It may be another organization&rsquo;s.
        </EmptyState>
      );
    return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  }
  return <Shown key={campaignId} campaign={found.data} />;
}

function Shown({ campaign }: { campaign: Campaign }) {
  const isManager = useIsManager();
  const nameOf = useAgentNames();
  const isOver = ["completed", "canceled"].includes(campaign.status);
  return (
    <>
      <Anchor component={Link} to="/campaigns" size="sm" c="dimmed">
        Campaigns
      </Anchor>
      <PageHeader title={campaign.name} description={nameOf(campaign.agent_id)}>
        {isManager && <Steering campaign={campaign} />}
      </PageHeader>
      <Stack gap="lg">
        {campaign.status === "paused" && campaign.status_reason !== "by_a_person" && (
          <Alert color="yellow" variant="light" title="It has paused by itself">
            The reason: {inWords(campaign.status_reason)}. Resuming counts anew from then on.
          </Alert>
        )}
        <Standing campaign={campaign} />
        {!isOver && campaign.counts.waiting > 0 && <Outlook campaign={campaign} />}
        <Attempts campaign={campaign} />
        <ContactList campaign={campaign} />
      </Stack>
    </>
  );
}

function Standing({ campaign }: { campaign: Campaign }) {
  const { counts } = campaign;
  return (
    <Card>
      <Stack gap="md">
        <Group justify="space-between">
          <StatusBadge {...STATUSES[campaign.status]} />
          <Text size="sm" className="figures">
            {through(campaign)} % of {formatCount(counts.contacts)} through
          </Text>
        </Group>
        <Progress value={through(campaign)} aria-label={`${through(campaign)} % through`} />
        <SimpleGrid cols={{ base: 2, sm: 3, md: 6 }}>
          {(["waiting", "running", "done", "exhausted", "refused", "canceled"] as const).map(
            (state) => (
              <Figure key={state} label={STATES[state].label}>
                {formatCount(counts[state])}
              </Figure>
            ),
          )}
        </SimpleGrid>
      </Stack>
    </Card>
  );
}

/** When it will be through, and who would be refused now. */
function Outlook({ campaign }: { campaign: Campaign }) {
  const found = useQuery(forecastQuery(campaign.id));
  if (!found.data) return null;
  const { earliest_at, expected_at, latest_at, attempts, will_not_fit, refused } = found.data;
  const refusals = Object.entries(refused);
  return (
    <Card>
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        <Figure label="Through, most likely">
          <Instant at={expected_at} />
        </Figure>
        <Figure label="Between">
          <Instant at={earliest_at} /> and <Instant at={latest_at} />
        </Figure>
        <Figure label="Attempts to come">{formatCount(attempts)}</Figure>
        <Figure label="Not before its end">{formatCount(will_not_fit)}</Figure>
      </SimpleGrid>
      {refusals.length > 0 && (
        <Text size="sm" mt="sm">
          Refused if called now:{" "}
          {refusals.map(([name, count]) => `${inWords(name)} ${formatCount(count)}`).join(", ")}.
        </Text>
      )}
    </Card>
  );
}

function Attempts({ campaign }: { campaign: Campaign }) {
  const found = useQuery(progressQuery(campaign.id));
  if (!found.data || found.data.hours.length === 0) return null;
  const { hours, outcomes, reasons } = found.data;
  const most = Math.max(...hours.map((hour) => hour.attempts));
  return (
    <Card>
      <Stack>
        <Text fw={600}>Attempts by hour</Text>
        <LineChart
          label="Attempts in each hour"
          most={most}
          points={hours.map((hour) => ({
            label: new Date(hour.at).toLocaleString(undefined, {
              weekday: "short",
              hour: "numeric",
            }),
            value: hour.attempts,
          }))}
        />
        <Text size="sm">
          {Object.entries(outcomes)
            .map(([name, count]) => `${inWords(name)} ${formatCount(count)}`)
            .join(" · ")}
        </Text>
        <Text size="sm" c="dimmed">
          {reasons
            .map((each) => `${inWords(each.reason) || each.state} ${formatCount(each.contacts)}`)
            .join(" · ")}
        </Text>
      </Stack>
    </Card>
  );
}

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text component="div" className="figures">
        {children}
      </Text>
    </div>
  );
}
