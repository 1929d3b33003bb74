import { Group, Select } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import type { QueueFilters } from "@/api/review";
import { AgentFilter } from "@/features/agents/AgentFilter";
import { AssigneeFilter } from "@/features/assignment/AssigneeFilter";
import { PROBLEMS, readQueueFilters } from "./filters";

/** Which part of the queue, and from which end. */
export function QueueFilterBar({ filters }: { filters: QueueFilters }) {
  const navigate = useNavigate();
  const change = (part: Record<string, string | null>) =>
    void navigate({ to: "/review", search: readQueueFilters({ ...filters, ...part }) });
  return (
    <Group gap="xs" mb="md" role="search" aria-label="Queue">
      <AgentFilter w={180} value={filters.agent} onChange={(agent) => change({ agent })} />
      <Select
        aria-label="Problem"
        placeholder="Any problem"
        clearable
        w={220}
        data={Object.entries(PROBLEMS).map(([value, label]) => ({ value, label }))}
        value={filters.problem ?? null}
        onChange={(problem) => change({ problem })}
      />
      <AssigneeFilter value={filters.assignee} onChange={(assignee) => change({ assignee })} />
      <Select
        aria-label="Order"
        allowDeselect={false}
        w={150}
        data={[
          { value: "oldest", label: "Oldest first" },
          { value: "newest", label: "Newest first" },
        ]}
        value={filters.order ?? "oldest"}
        onChange={(order) => change({ order })}
      />
    </Group>
  );
}
