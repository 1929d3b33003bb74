import {
  Alert,
  Button,
  Card,
  Group,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { IconPlugConnected } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { dialQueueQuery, resumeDialling } from "@/api/inbox";
import { checkRetell } from "@/api/organisation";
import { explain } from "@/parts/explain";
import { type WebhookHealth, webhookHealthQuery } from "@/api/webhooks";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { formatCount } from "@/parts/money";
import { WayOn } from "@/parts/WayOn";
import { useIsManager } from "@/features/session/useUser";
import { Copyable } from "@/parts/Copyable";
import { CheckResult } from "./CheckResult";
import { doubtAbout, findings } from "./findings";
import { SignatureDoctor } from "./SignatureDoctor";

/** Whether Ringback reaches Retell, whether Retell reaches Ringback, and what to do if not. */
export function Connection() {
  const isManager = useIsManager();
  return (
    <Stack>
      <Outward />
      <Inward />
      {isManager && <SignatureDoctor />}
    </Stack>
  );
}

function Outward() {
  const isManager = useIsManager();
  const client = useQueryClient();
  const queue = useQuery(dialQueueQuery);
  const test = useMutation({ mutationFn: checkRetell });
  const resume = useMutation({
    mutationFn: resumeDialling,
    onSuccess: () => client.invalidateQueries({ queryKey: dialQueueQuery.queryKey }),
  });
  return (
    <Card component="section">
      <Group justify="space-between" align="flex-start" mb="md">
        <div>
          <Title order={2}>Outbound connection</Title>
          <Text size="sm" c="dimmed" mt={2}>
            Agents are published and calls are placed with the organization’s Retell key, or with
            the server’s own where the organization has none.
          </Text>
        </div>
        <Button
          variant="default"
          leftSection={<IconPlugConnected size={17} aria-hidden />}
          loading={test.isPending}
          onClick={() => test.mutate()}
        >
          Test the connection
        </Button>
      </Group>
      {test.data && <CheckResult found={test.data} />}
      {test.error && (
        <Alert color="red" variant="light" role="alert" mb="md" title={explain(test.error).title}>
          {explain(test.error).detail} <WayOn error={test.error} />
        </Alert>
      )}
      {queue.error && <ErrorState error={queue.error} onRetry={() => void queue.refetch()} />}
      {queue.isPending && <Skeleton h={64} />}
      {queue.data && (
        <>
          {queue.data.stopped_reason && (
            <Alert color="red" variant="light" mb="md" title="Dialing is paused">
              <Stack gap="sm" align="flex-start">
                <Text size="sm">{queue.data.stopped_reason}</Text>
                {isManager && (
                  <Button
                    size="xs"
                    variant="default"
                    loading={resume.isPending}
                    onClick={() => resume.mutate()}
                  >
                    Try again now
                  </Button>
                )}
              </Stack>
            </Alert>
          )}
          <SimpleGrid cols={{ base: 2, sm: 4 }}>
            <Figure label="Calls waiting" value={formatCount(queue.data.queued)} />
            <Figure label="Calls running" value={formatCount(queue.data.running)} />
            <Figure
              label="Concurrent calls (limit)"
              value={
                queue.data.concurrency_limit === null
                  ? "–"
                  : formatCount(queue.data.concurrency_limit)
              }
            />
            <Figure label="Starts per second" value={String(queue.data.starts_per_second)} />
          </SimpleGrid>
          <Text size="xs" c="dimmed" mt="sm">
            Concurrent calls: what Retell allows for the account. Starts per second: the pace at
            which queued calls are dialed; whoever runs the server can change it.
          </Text>
        </>
      )}
    </Card>
  );
}

function Inward() {
  const health = useQuery(webhookHealthQuery);
  return (
    <Card component="section">
      <Title order={2}>Webhooks</Title>
      <Text size="sm" c="dimmed" mt={2} mb="md">
        Retell sends signed webhooks to this address; publishing an agent sets it.
      </Text>
      {health.error && <ErrorState error={health.error} onRetry={() => void health.refetch()} />}
      {health.isPending && <Skeleton h={120} mt="md" />}
      {health.data && <WebhookAddress url={health.data.webhook_url} />}
      {health.data && <Health health={health.data} />}
    </Card>
  );
}

/** The address that Retell was given, which need not be the one this page was opened by. */
function WebhookAddress({ url }: { url: string | null }) {
  if (url === null)
    return (
      <Alert color="red" variant="light" title="Retell cannot reach this server">
        The server has no public address. Ask whoever runs it to set one (PUBLIC_URL).
      </Alert>
    );
  const doubt = doubtAbout(url, window.location.origin);
  return (
    <>
      <Copyable label="Webhook address" value={url} />
      {doubt && (
        <Alert color="orange" variant="light" mt="sm" title="Check this address">
          {doubt}
        </Alert>
      )}
    </>
  );
}

function Health({ health }: { health: WebhookHealth }) {
  return (
    <Stack mt="lg">
      {findings(health).map(({ tone, title, advice }) => (
        <Alert key={title} color={tone} variant="light" title={title}>
          {advice}
        </Alert>
      ))}
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        <Figure label="Last received" value={<Instant at={health.last_received_at} relative />} />
        <Figure label="Received in 24 hours" value={formatCount(health.received)} />
        <Figure label="Duplicates" value={formatCount(health.duplicates)} />
        <Figure label="Missed and repaired" value={formatCount(health.missed)} />
        <Figure
          label="Compared with Retell's list"
          value={<Instant at={health.last_compared_at} relative />}
        />
      </SimpleGrid>
    </Stack>
  );
}

function Figure({ label, value }: { label: string; value: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text fw={600} fz="lg" className="figures">
        {value}
      </Text>
    </div>
  );
}
