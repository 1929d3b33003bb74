import { ActionIcon, Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { agentsQuery } from "@/api/agents";
import { callStatuses, recordStatuses } from "@/parts/statuses";
import { hasFilters, readCallFilters } from "./filters";
import type { CallFilters } from "@/api/callFilters";

const options = (of: Record<string, { label: string }>) =>
  Object.entries(of).map(([value, { label }]) => ({ value, label }));
const STATUSES = options(callStatuses);
const RECORD_STATUSES = options(recordStatuses);

/** The filters, which live in the address: what is shown can be bookmarked and shared. */
export function FilterBar({ filters }: { filters: CallFilters }) {
  const navigate = useNavigate();
  const { data: agents } = useQuery(agentsQuery);
  const change = (part: Record<string, string | null | undefined>) => {
    void navigate({
      to: "/calls",
      search: (search) => readCallFilters({ ...search, ...part }),
      replace: true,
    });
  };
  return (
    <Group gap="xs" mb="md" role="search" aria-label="Calls">
      <SearchInput q={filters.q ?? ""} onChange={(q) => change({ q })} />
      <Select
        aria-label="Status"
        placeholder="Any status"
        data={STATUSES}
        value={filters.status ?? null}
        onChange={(status) => change({ status })}
        clearable
        w={132}
      />
      <Select
        aria-label="Record"
        placeholder="Any record"
        data={RECORD_STATUSES}
        value={filters.record ?? null}
        onChange={(record) => change({ record })}
        clearable
        w={132}
      />
      <Select
        aria-label="Agent"
        placeholder="Any agent"
        data={agents?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
        value={filters.agent ?? null}
        onChange={(agent) => change({ agent })}
        clearable
        searchable
        w={156}
      />
      <TextInput
        aria-label="From day"
        type="date"
        w={136}
        value={filters.from ?? ""}
        max={filters.until}
        onChange={(event) => change({ from: event.currentTarget.value })}
      />
      <TextInput
        aria-label="Until day"
        type="date"
        w={136}
        value={filters.until ?? ""}
        min={filters.from}
        onChange={(event) => change({ until: event.currentTarget.value })}
      />
      {hasFilters(filters) && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          aria-label="Clear the filters"
          title="Clear the filters"
          onClick={() => void navigate({ to: "/calls", search: {}, replace: true })}
        >
          <IconX size={16} aria-hidden />
        </ActionIcon>
      )}
    </Group>
  );
}

function SearchInput({ q, onChange }: { q: string; onChange: (q: string) => void }) {
  const [text, setText] = useState(q);
  const [applied, setApplied] = useState(q);
  // Cleared, or another link followed: what stands here is not searched for any more.
  if (q !== applied) {
    setApplied(q);
    if (q !== text.trim()) setText(q);
  }
  const search = useDebouncedCallback(onChange, 400);
  return (
    <TextInput
      aria-label="Search by number or call id"
      placeholder="Number or call id"
      leftSection={<IconSearch size={16} aria-hidden />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        search(event.currentTarget.value.trim());
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter") onChange(text.trim());
      }}
      w={172}
    />
  );
}
