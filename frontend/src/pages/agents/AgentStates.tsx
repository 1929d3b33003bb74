import { Group } from "@mantine/core";
import type { Draft } from "@/api/drafts";
import { StatusBadge } from "@/parts/StatusBadge";

/** What of an agent is live, and what is not. */
export function AgentStates({ agent }: { agent: Draft }) {
  return (
    <Group gap={6}>
      {agent.published_version === null ? (
        <StatusBadge label="Not published" tone="quiet" />
      ) : (
        <StatusBadge label={`Live: version ${agent.published_version}`} tone="good" />
      )}
      {agent.published_version !== null && agent.has_unpublished_changes && (
        <StatusBadge label="Unpublished changes" tone="waiting" />
      )}
      {agent.sync_state === "drifted" && <StatusBadge label="Changed at Retell" tone="attention" />}
      {agent.sync_state === "missing" && <StatusBadge label="Gone at Retell" tone="bad" />}
      {agent.publish_state === "failed" && <StatusBadge label="Publish failed" tone="bad" />}
      {agent.publish_state === "interrupted" && (
        <StatusBadge label="Publish interrupted" tone="attention" />
      )}
    </Group>
  );
}
