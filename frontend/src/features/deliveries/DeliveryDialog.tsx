import {
  Alert,
  Button,
  Card,
  Code,
  Group,
  Modal,
  Skeleton,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  type DeliveryDetail,
  deliveryQuery,
  destinationKeys,
  replayDelivery,
} from "@/api/destinations";
import { useIsManager } from "@/features/session/useUser";
import { ErrorState } from "@/parts/ErrorState";
import { explain } from "@/parts/explain";
import { Instant } from "@/parts/Instant";
import { StatusBadge } from "@/parts/StatusBadge";
import { Attempt } from "./Attempt";
import { Outcome } from "./Outcome";
import { reasonOf, stateOf } from "./states";

interface Props {
  deliveryId: string | null;
  onClose: () => void;
}

/** One delivery: every attempt with its answer, and what is sent. */
export function DeliveryDialog({ deliveryId, onClose }: Props) {
  return (
    <Modal opened={deliveryId !== null} onClose={onClose} title="Delivery" size="xl">
      {deliveryId && <Loaded deliveryId={deliveryId} />}
    </Modal>
  );
}

function Loaded({ deliveryId }: { deliveryId: string }) {
  const found = useQuery(deliveryQuery(deliveryId));
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton h={240} />;
  return <Detail delivery={found.data} />;
}

function Detail({ delivery }: { delivery: DeliveryDetail }) {
  const client = useQueryClient();
  const isManager = useIsManager();
  const replay = useMutation({
    mutationFn: () => replayDelivery(delivery.id),
    onSettled: () => client.invalidateQueries({ queryKey: destinationKeys.deliveries }),
  });
  const reason = reasonOf(delivery);
  return (
    <Stack>
      <Group justify="space-between">
        <Group gap="sm">
          <Text className="mono" fw={600}>
            {delivery.event}
          </Text>
          <StatusBadge {...stateOf(delivery)} />
        </Group>
        {isManager && delivery.status !== "sending" && (
          <Button
            size="compact-md"
            variant="default"
            leftSection={<IconRefresh size={16} aria-hidden />}
            loading={replay.isPending}
            onClick={() => replay.mutate()}
          >
            {delivery.status === "pending" ? "Try now" : "Send again"}
          </Button>
        )}
      </Group>
      {replay.error && (
        <Alert color="red" variant="light" role="alert" title={explain(replay.error).title}>
          {explain(replay.error).detail}
        </Alert>
      )}
      {reason && <Text size="sm">{reason}</Text>}
      {delivery.next_attempt_at && (
        <Text size="sm" c="dimmed">
          Next attempt: <Instant at={delivery.next_attempt_at} />
        </Text>
      )}
      {delivery.outcome && <Outcome outcome={delivery.outcome} />}
      <Title order={3}>Attempts</Title>
      {delivery.tries.length === 0 && (
        <Text size="sm" c="dimmed">
          None yet.
        </Text>
      )}
      {delivery.tries.map((each) => (
        <Attempt key={each.number} attempt={each} />
      ))}
      <Title order={3}>What is sent</Title>
      <Card withBorder padding={0}>
        <Code block mah={320} tabIndex={0} aria-label="Body" style={{ overflow: "auto" }}>
          {indented(delivery.body)}
        </Code>
      </Card>
    </Stack>
  );
}

export function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
