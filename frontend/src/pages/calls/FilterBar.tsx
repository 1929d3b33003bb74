import { ActionIcon, Button, Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback, useDisclosure, useId } from "@mantine/hooks";
import { IconFilter, IconSearch, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { agentsQuery } from "@/api/agents";
import type { CallFilters } from "@/api/callFilters";
import { AgentFilter } from "@/features/agents/AgentFilter";
import { AssigneeFilter } from "@/features/assignment/AssigneeFilter";
import { DaySelect } from "@/parts/days/DaySelect";
import { answerers, callStatuses, recordStatuses, sources } from "@/parts/statuses";
import { hasFilters, readCallFilters } from "@/features/call-list/filters";
import { columnsOf } from "./columns";
import classes from "./FilterBar.module.css";
import { MoreFilters } from "./MoreFilters";
import { ValueFilter } from "./ValueFilter";
import { ViewBar } from "./ViewBar";

type Part = Record<string, string | number | string[] | null | undefined>;

const shown = (of: Record<string, { label: string }>) =>
  Object.entries(of).map(([value, { label }]) => ({ value, label }));
const named = (of: Record<string, string>) =>
  Object.entries(of).map(([value, label]) => ({ value, label }));

const CHOICES = [
  ["status", "Status", "Any status", shown(callStatuses)],
  ["record", "Record", "Any record status", shown(recordStatuses)],
  ["answered", "Answered by", "Answered by anyone", named(answerers)],
  ["source", "Direction", "Any direction", named(sources)],
] as const;

/** The filters, which live in the address: what is shown can be bookmarked and shared. */
export function FilterBar({ filters }: { filters: CallFilters }) {
  const navigate = useNavigate();
  const { data: agents } = useQuery(agentsQuery);
  const [isOpen, all] = useDisclosure(false);
  const choices = useId();
  const change = (part: Part) => {
    void navigate({
      to: "/calls",
      search: (search) => readCallFilters({ ...search, ...part }),
      replace: true,
    });
  };
  const tags = [...new Set(agents?.flatMap((agent) => agent.tags))].toSorted();
  const columns = columnsOf(
    (agents ?? []).filter(({ id }) => !filters.agent || id === filters.agent),
  );
  return (
    <>
      <Group gap="xs" mb="md" role="search" aria-label="Calls">
        <SearchInput q={filters.q ?? ""} onChange={(q) => change({ q })} />
        <Button
          hiddenFrom="sm"
          variant={hasFilters(filters) ? "light" : "default"}
          leftSection={<IconFilter size={16} aria-hidden />}
          aria-expanded={isOpen}
          aria-controls={choices}
          onClick={all.toggle}
        >
          Filters
        </Button>
        <div id={choices} className={classes.choices} data-open={isOpen || undefined}>
          {CHOICES.map(([name, label, placeholder, data]) => (
            <Select
              key={name}
              aria-label={label}
              placeholder={placeholder}
              data={data}
              value={filters[name] ?? null}
              onChange={(value) => change({ [name]: value })}
              clearable
              w={name === "answered" ? 180 : 156}
            />
          ))}
          <AgentFilter w={156} value={filters.agent} onChange={(agent) => change({ agent })} />
          {(tags.length > 0 || filters.tag) && (
            <Select
              aria-label="Agent label"
              placeholder="Any label"
              data={filters.tag && !tags.includes(filters.tag) ? [...tags, filters.tag] : tags}
              value={filters.tag ?? null}
              onChange={(tag) => change({ tag })}
              clearable
              w={140}
            />
          )}
          <AssigneeFilter value={filters.assignee} onChange={(assignee) => change({ assignee })} />
          <DaySelect label="Placed" days={filters} onChange={(days) => change({ ...days })} />
          <MoreFilters filters={filters} onChange={change} />
          <ValueFilter filters={filters} columns={columns} onChange={change} />
        </div>
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
      <ViewBar filters={filters} columns={columns} onChange={change} />
    </>
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
      aria-label="Search calls"
      placeholder="Name, number, words…"
      leftSection={<IconSearch size={16} aria-hidden />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        search(event.currentTarget.value.trim());
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter") onChange(text.trim());
      }}
      className={classes.search}
    />
  );
}
