import { Card, Group, Loader, Select, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconMessageSearch, IconSearch } from "@tabler/icons-react";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { agentsQuery } from "@/api/agents";
import { type Passage, type SearchFilters, searchQuery } from "@/api/search";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { PageHeader } from "@/parts/PageHeader";
import { FoundPassage } from "./FoundPassage";

const route = getRouteApi("/app/search");

/** Finds what was said in calls, and leads to the moment. */
export function SearchPage() {
  const filters = route.useSearch();
  return (
    <>
      <PageHeader title="Search" />
      <Asked filters={filters} />
      <Results filters={filters} />
    </>
  );
}

/** What is looked for lives in the address, so that it can be shared. */
function Asked({ filters }: { filters: SearchFilters }) {
  const navigate = useNavigate();
  const { data: agents } = useQuery(agentsQuery);
  const [typed, setTyped] = useState(filters.q ?? "");
  const [applied, setApplied] = useState(filters.q);
  // Another link was followed, such as the palette's: what stands here is not looked for any more.
  if (filters.q !== applied) {
    setApplied(filters.q);
    if ((filters.q ?? "") !== typed.trim()) setTyped(filters.q ?? "");
  }
  const change = (part: SearchFilters) => {
    const { q, agent } = { ...filters, ...part };
    void navigate({
      to: "/search",
      search: { ...(q && { q }), ...(agent && { agent }) },
      replace: true,
    });
  };
  const ask = useDebouncedCallback((q: string) => change({ q }), 250);
  return (
    <Group gap="xs" mb="md" role="search" aria-label="What was said">
      <TextInput
        aria-label="Words that were said"
        placeholder="Words that were said, such as late delivery"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={typed}
        maxLength={400}
        style={{ flex: "1 1 280px" }}
        onChange={({ currentTarget: { value } }) => {
          setTyped(value);
          ask(value.trim());
        }}
      />
      <Select
        aria-label="Agent"
        placeholder="Any agent"
        data={agents?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
        value={filters.agent ?? null}
        onChange={(agent) => change({ agent: agent ?? undefined })}
        clearable
        searchable
        w={200}
      />
    </Group>
  );
}

function Results({ filters }: { filters: SearchFilters }) {
  const found = useQuery(searchQuery(filters));
  const isAsked = !!filters.q?.trim();
  return (
    <>
      {/* Always there, so that a screen reader says what it changes to. */}
      <Text size="sm" c="dimmed" mb="sm" role="status">
        {isAsked && found.data ? counted(found.data.length) : ""}
      </Text>
      <Found isAsked={isAsked} found={found} />
    </>
  );
}

function counted(count: number): string {
  if (count === 0) return "Nothing found";
  return count === 1 ? "One moment" : `${count} moments, the best first`;
}

interface FoundProps {
  isAsked: boolean;
  found: UseQueryResult<Passage[]>;
}

function Found({ isAsked, found }: FoundProps) {
  if (!isAsked)
    return (
      <Card>
        <EmptyState icon={IconMessageSearch} title="Find the moment">
          Words are found in all their forms: “deliveries” finds “delivery”. Rare words count most,
          and what is found need not have all of them.
        </EmptyState>
      </Card>
    );
  if (found.isPending) return <Loader aria-label="Searching" />;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data.length === 0)
    return (
      <Card>
        <EmptyState icon={IconMessageSearch} title="Nobody said that">
          No call that is over has any of these words. Try fewer or other ones.
        </EmptyState>
      </Card>
    );
  return (
    <Stack gap="sm" style={{ opacity: found.isPlaceholderData ? 0.6 : 1 }}>
      {found.data.map((passage) => (
        <FoundPassage key={`${passage.call_id} ${passage.turns[0]}`} passage={passage} />
      ))}
    </Stack>
  );
}
