import {
  Anchor,
  Button,
  Card,
  Group,
  SegmentedControl,
  Skeleton,
  Table,
  Text,
  Title,
} from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconInbox } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { inboxQuery, replayWebhook, type Webhook, type WebhookState } from "@/api/inbox";
import { explain } from "@/parts/explain";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { OlderOnes } from "@/parts/OlderOnes";
import { StatusBadge } from "@/parts/StatusBadge";
import type { Tone } from "@/parts/statuses";
import { useIsManager } from "@/features/session/useUser";

const STATES: Record<WebhookState, { label: string; tone: Tone }> = {
  received: { label: "Waiting", tone: "waiting" },
  applied: { label: "Applied", tone: "good" },
  ignored: { label: "Ignored", tone: "quiet" },
  failed: { label: "Failed", tone: "bad" },
};

/** Every webhook as it came, and what became of it. */
export function Inbox() {
  const [state, setState] = useState<WebhookState | null>(null);
  const inbox = useInfiniteQuery(inboxQuery(state));
  const items = inbox.data?.pages.flatMap((page) => page.items);
  return (
    <Card padding={0} component="section">
      <Group justify="space-between" p="lg" pb="md">
        <div>
          <Title order={2}>Inbox of webhooks</Title>
          <Text size="sm" c="dimmed" mt={2}>
            Stored before they are acknowledged. Replaying one twice changes nothing.
          </Text>
        </div>
        <SegmentedControl
          aria-label="State"
          value={state ?? "all"}
          onChange={(next) => setState(next === "all" ? null : next)}
          data={[
            { value: "all", label: "All" },
            { value: "received", label: "Waiting" },
            { value: "applied", label: "Applied" },
            { value: "failed", label: "Failed" },
          ]}
        />
      </Group>
      {inbox.error && <ErrorState error={inbox.error} onRetry={() => void inbox.refetch()} />}
      {inbox.isPending && <Skeleton h={280} m="lg" w="auto" />}
      {items?.length === 0 && (
        <EmptyState icon={IconInbox} title={state ? "None in this state" : "Nothing has come yet"}>
          As soon as a call runs, Retell tells about it here.
        </EmptyState>
      )}
      {items && items.length > 0 && (
        <Table.ScrollContainer minWidth={700}>
          <Table highlightOnHover>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Received</Table.Th>
                <Table.Th>Event</Table.Th>
                <Table.Th>State</Table.Th>
                <Table.Th>Call</Table.Th>
                <Table.Th ta="right">Size</Table.Th>
                <Table.Th aria-label="Replay" />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((webhook) => (
                <Row key={webhook.id} webhook={webhook} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <OlderOnes list={inbox} />
    </Card>
  );
}

function Row({ webhook }: { webhook: Webhook }) {
  const isManager = useIsManager();
  const client = useQueryClient();
  const replay = useMutation({
    mutationFn: () => replayWebhook(webhook.id),
    onSuccess: async () => {
      notifications.show({ message: "Replaying…" });
      await client.invalidateQueries({ queryKey: ["webhooks"] });
    },
    onError: (error) => {
      const { title, detail } = explain(error);
      notifications.show({ color: "red", title, message: detail });
    },
  });
  return (
    <Table.Tr>
      <Table.Td>
        <Instant at={webhook.received_at} />
      </Table.Td>
      <Table.Td>
        <span className="mono">{webhook.event ?? "unreadable"}</span>
        {webhook.repeats > 0 && (
          <Text span size="xs" c="dimmed">
            {" "}
            came {webhook.repeats + 1} times
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <StatusBadge {...STATES[webhook.state]} />
        {webhook.error && (
          <Text size="xs" c="dimmed" maw={320}>
            {webhook.error}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {webhook.call_id ? (
          <Anchor
            className="mono"
            renderRoot={(props) => (
              <Link {...props} to="/calls/$callId" params={{ callId: webhook.call_id ?? "" }} />
            )}
          >
            {webhook.call_id.slice(-8)}
          </Anchor>
        ) : (
          <Text span c="dimmed" inherit>
            –
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="right" className="figures">
        {(webhook.body_bytes / 1024).toFixed(1)} kB
      </Table.Td>
      <Table.Td ta="right">
        {isManager && (
          <Button
            size="compact-xs"
            variant="default"
            loading={replay.isPending}
            onClick={() => replay.mutate()}
          >
            Replay
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
