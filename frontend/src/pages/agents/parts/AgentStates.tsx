import { Group } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Draft } from "@/api/drafts";
import { StatusBadge } from "@/parts/StatusBadge";
import classes from "./Parts.module.css";

/** What of an agent is live, and what is not. */
export function AgentStates({ agent }: { agent: Draft }) {
  if (agent.archived_at !== null) return <StatusBadge label="Archived" tone="quiet" />;
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
      {(agent.sync_state === "drifted" || agent.sync_state === "missing") && (
        <Link
          to="/agents/$agentId"
          params={{ agentId: agent.id }}
          search={{ tab: "retell" }}
          className={classes.stateLink}
        >
          {agent.sync_state === "drifted" ? (
            <StatusBadge label="Changed at Retell" tone="attention" />
          ) : (
            <StatusBadge label="Gone at Retell" tone="bad" />
          )}
        </Link>
      )}
      {agent.publish_state === "failed" && <StatusBadge label="Publish failed" tone="bad" />}
      {agent.publish_state === "interrupted" && (
        <StatusBadge label="Publish interrupted" tone="attention" />
      )}
    </Group>
  );
}
