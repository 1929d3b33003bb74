import { Group, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { agentsQuery } from "@/api/agents";
import type { QueueFilters } from "@/api/review";
import { AssigneeFilter } from "@/features/assignment/AssigneeFilter";
import { PROBLEMS, readQueueFilters } from "./filters";

/** Which part of the queue, and from which end. */
export function QueueFilterBar({ filters }: { filters: QueueFilters }) {
  const navigate = useNavigate();
  const { data: agents } = useQuery(agentsQuery);
  const change = (part: Record<string, string | null>) =>
    void navigate({ to: "/review", search: readQueueFilters({ ...filters, ...part }) });
  return (
    <Group gap="xs" mb="md" role="search" aria-label="Queue">
      <Select
        aria-label="Agent"
        placeholder="Any agent"
        clearable
        searchable
        w={180}
        data={(agents ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={filters.agent ?? null}
        onChange={(agent) => change({ agent })}
      />
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
