import { Group } from "@mantine/core";
import type { Policy } from "@/api/policies";
import { StatusBadge } from "@/parts/StatusBadge";

/** What of a policy scores calls, and what does not yet. */
export function PolicyStates({ policy }: { policy: Policy }) {
  if (policy.archived_at !== null) return <StatusBadge label="Archived" tone="quiet" />;
  return (
    <Group gap={6}>
      {policy.published_version === null ? (
        <StatusBadge label="Not published" tone="quiet" />
      ) : (
        <StatusBadge label={`Scores calls: version ${policy.published_version}`} tone="good" />
      )}
      {policy.published_version !== null && policy.has_unpublished_changes && (
        <StatusBadge label="Unpublished changes" tone="waiting" />
      )}
    </Group>
  );
}
