import { Button, Card, Group, Skeleton, Table, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBell, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type Alert, alertsQuery, deleteAlert, updateAlert } from "@/api/alerts";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { conditionOf, foundOf } from "@/features/alerts/wording";
import { useIsManager } from "@/features/session/useUser";
import { Asked } from "@/parts/Asked";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { StatusBadge } from "@/parts/StatusBadge";
import { AlertDialog } from "./AlertDialog";

/** Numbers that are watched, and how they stand. */
export function Alerts() {
  const alerts = useQuery(alertsQuery);
  const isManager = useIsManager();
  const [isMaking, making] = useDisclosure(false);
  return (
    <Card padding={0} component="section">
      <Group justify="space-between" p="lg" pb="md">
        <Title order={2}>Alerts</Title>
        {isManager && (
          <Button leftSection={<IconPlus size={17} aria-hidden />} onClick={making.open}>
            New alert
          </Button>
        )}
      </Group>
      {alerts.error && <ErrorState error={alerts.error} onRetry={() => void alerts.refetch()} />}
      {alerts.isPending && <Skeleton h={160} m="lg" w="auto" />}
      {alerts.data?.length === 0 && (
        <EmptyState icon={IconBell} title="Nothing is watched yet">
          An alert tells you once when a number is not what it should be, and once when it is again:
          on the board, and in destinations that subscribe to alert.triggered.
        </EmptyState>
      )}
      {alerts.data && alerts.data.length > 0 && (
        <Table.ScrollContainer minWidth={760}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Alert</Table.Th>
                <Table.Th>State</Table.Th>
                <Table.Th>Now</Table.Th>
                <Table.Th>Since</Table.Th>
                <Table.Th aria-label="Actions" />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {alerts.data.map((alert) => (
                <Row key={alert.id} alert={alert} isManager={isManager} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {isMaking && <AlertDialog alert={null} onClose={making.close} />}
    </Card>
  );
}

function Row({ alert, isManager }: { alert: Alert; isManager: boolean }) {
  const agentName = useAgentNames();
  const [isEditing, editing] = useDisclosure(false);
  const whose = alert.agent_id === null ? "" : `, ${agentName(alert.agent_id)}`;
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={560}>
          {alert.name}
        </Text>
        <Text size="xs" c="dimmed">
          {conditionOf(alert)}
          {whose}
        </Text>
      </Table.Td>
      <Table.Td>
        <Standing alert={alert} />
      </Table.Td>
      <Table.Td>{foundOf(alert)}</Table.Td>
      <Table.Td>
        <Instant at={alert.state_since} relative />
      </Table.Td>
      <Table.Td>
        {isManager && (
          <Group gap={6} justify="flex-end" wrap="nowrap">
            <Button size="compact-xs" variant="default" onClick={editing.open}>
              Edit
            </Button>
            <Pause alert={alert} />
            <Delete alert={alert} />
          </Group>
        )}
        {isEditing && <AlertDialog alert={alert} onClose={editing.close} />}
      </Table.Td>
    </Table.Tr>
  );
}

function Standing({ alert }: { alert: Alert }) {
  if (!alert.enabled) return <StatusBadge tone="quiet" label="Paused" />;
  if (alert.state === "triggered") return <StatusBadge tone="bad" label="Triggered" />;
  if (alert.value === null) return <StatusBadge tone="waiting" label="Too few calls" />;
  return <StatusBadge tone="good" label="As it should be" />;
}

function Pause({ alert }: { alert: Alert }) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: () => updateAlert(alert.id, { enabled: !alert.enabled }),
    onSuccess: () => client.invalidateQueries({ queryKey: alertsQuery.queryKey }),
  });
  return (
    <Button
      size="compact-xs"
      variant="default"
      loading={change.isPending}
      onClick={() => change.mutate()}
    >
      {alert.enabled ? "Pause" : "Watch"}
    </Button>
  );
}

function Delete({ alert }: { alert: Alert }) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteAlert(alert.id),
    onSuccess: () => client.invalidateQueries({ queryKey: alertsQuery.queryKey }),
  });
  return (
    <Asked
      size="compact-xs"
      question={`Delete ${alert.name}?`}
      effect="Nobody is told of it any more."
      act="Delete"
      color="red"
      doing={remove}
    />
  );
}
