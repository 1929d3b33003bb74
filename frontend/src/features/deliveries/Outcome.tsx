import { Anchor, Group, Text } from "@mantine/core";
import type { Delivery } from "@/api/destinations";
import { StatusBadge } from "@/parts/StatusBadge";
import { runStateOf } from "./states";

/** What became of a delivery at the other side. */
export function Outcome({ outcome }: { outcome: NonNullable<Delivery["outcome"]> }) {
  if (outcome.kind === "file")
    return (
      <Text size="sm">
        In <span className="mono">{outcome.key}</span>
      </Text>
    );
  return (
    <Group gap="sm">
      <StatusBadge {...runStateOf(outcome.state)} />
      <Anchor size="sm" href={outcome.url} target="_blank" rel="noreferrer">
        Run of {outcome.dag_id} in Airflow
      </Anchor>
      {outcome.failed_tasks.length > 0 && (
        <Text size="sm">Failed: {outcome.failed_tasks.join(", ")}</Text>
      )}
    </Group>
  );
}
