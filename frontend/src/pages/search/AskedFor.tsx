import { Button, Group, SegmentedControl, Text, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { readSearch, type SearchFilters } from "@/api/search";
import { AgentFilter } from "@/features/agents/AgentFilter";

const MODES = [
  { value: "hybrid", label: "Words and meaning" },
  { value: "text", label: "Words" },
  { value: "meaning", label: "Meaning" },
];

/** What is looked for lives in the address, so that it can be shared. */
export function AskedFor({ filters }: { filters: SearchFilters }) {
  const navigate = useNavigate();
  const change = (part: SearchFilters) =>
    void navigate({ to: "/search", search: readSearch({ ...filters, ...part }), replace: true });
  return (
    <Group gap="xs" mb="md" role="search" aria-label="What was said">
      {filters.like === undefined ? (
        <Words filters={filters} onChange={change} />
      ) : (
        <Group gap="xs" style={{ flex: "1 1 280px" }}>
          <Text>More like one moment</Text>
          <Button
            size="xs"
            variant="subtle"
            renderRoot={(props) => (
              <Link
                {...props}
                to="/calls/$callId"
                params={{ callId: filters.like ?? "" }}
                search={{ turns: [filters.turn ?? 0] }}
              />
            )}
          >
            Open it
          </Button>
          <Button
            size="xs"
            variant="subtle"
            renderRoot={(props) => <Link {...props} to="/search" search={{}} />}
          >
            Search anew
          </Button>
        </Group>
      )}
      <AgentFilter
        value={filters.agent}
        onChange={(agent) => change({ agent: agent ?? undefined })}
      />
      {filters.like === undefined && (
        <SegmentedControl
          aria-label="Find by"
          data={MODES}
          value={filters.mode ?? "hybrid"}
          onChange={(mode) =>
            change({ mode: mode === "text" || mode === "meaning" ? mode : undefined })
          }
        />
      )}
    </Group>
  );
}

interface WordsProps {
  filters: SearchFilters;
  onChange: (part: SearchFilters) => void;
}

function Words({ filters, onChange }: WordsProps) {
  const [typed, setTyped] = useState(filters.q ?? "");
  const [applied, setApplied] = useState(filters.q);
  // Another link was followed, such as the palette's: what stands here is not looked for any more.
  if (filters.q !== applied) {
    setApplied(filters.q);
    if ((filters.q ?? "") !== typed.trim()) setTyped(filters.q ?? "");
  }
  const ask = useDebouncedCallback((q: string) => onChange({ q }), 250);
  return (
    <TextInput
      aria-label="What was said"
      placeholder="What was said, such as a late delivery"
      leftSection={<IconSearch size={16} aria-hidden />}
      value={typed}
      maxLength={400}
      style={{ flex: "1 1 280px" }}
      onChange={({ currentTarget: { value } }) => {
        setTyped(value);
        ask(value.trim());
      }}
    />
  );
}
