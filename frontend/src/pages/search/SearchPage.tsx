import { Card, Loader, Stack, Text } from "@mantine/core";
import { IconMessageSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { isAsked, meaningQuery, type SearchFilters, searchQuery } from "@/api/search";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { PageHeader } from "@/parts/PageHeader";
import { AskedFor } from "./AskedFor";
import { FoundPassage } from "./FoundPassage";

const route = getRouteApi("/app/search");

/** Finds what was said or meant in calls, and leads to the moment. */
export function SearchPage() {
  const filters = route.useSearch();
  return (
    <>
      <PageHeader title="Search" />
      <AskedFor filters={filters} />
      <Results filters={filters} />
    </>
  );
}

function Results({ filters }: { filters: SearchFilters }) {
  const found = useFound(filters);
  // What was found before is no answer to this.
  const answer = isAsked(filters) && !found.isPlaceholderData ? found.data : undefined;
  return (
    <>
      {/* Always there, so that a screen reader says what it changes to. */}
      <Text size="sm" c="dimmed" mb="sm" role="status">
        {answer ? counted(answer.items.length, filters) : ""}
      </Text>
      {answer?.instead && (
        <Text size="sm" mb="sm">
          Found by words alone. {answer.instead}
        </Text>
      )}
      <Found filters={filters} found={found} />
    </>
  );
}

function counted(count: number, { like }: SearchFilters): string {
  const moments = count === 1 ? "One moment" : `${count} moments`;
  if (like !== undefined) return count === 0 ? "Nothing alike" : `${moments} alike in other calls`;
  if (count === 0) return "Nothing found";
  return count === 1 ? moments : `${moments}, the best first`;
}

interface FoundProps {
  filters: SearchFilters;
  found: ReturnType<typeof useFound>;
}

function useFound(filters: SearchFilters) {
  return useQuery(searchQuery(filters));
}

function Found({ filters, found }: FoundProps) {
  if (!isAsked(filters)) return <Nothing />;
  if (found.isPending) return <Loader aria-label="Searching" />;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  const { items, mode } = found.data;
  if (items.length === 0)
    return (
      <Card>
        <EmptyState icon={IconMessageSearch} title="Nobody said that">
          {mode === "text"
            ? "No call that is over has any of these words. Try fewer or other ones."
            : "No other call that is over is like it. Try another agent."}
        </EmptyState>
      </Card>
    );
  return (
    <Stack gap="sm" style={{ opacity: found.isPlaceholderData ? 0.6 : 1 }}>
      {items.map((passage) => (
        <FoundPassage
          key={`${passage.call_id} ${passage.turns[0]}`}
          passage={passage}
          hasMore={mode !== "text"}
        />
      ))}
    </Stack>
  );
}

/** What can be looked for; and what to do where meaning cannot. */
function Nothing() {
  const { data: meaning } = useQuery(meaningQuery);
  return (
    <Card>
      <EmptyState icon={IconMessageSearch} title="Find the moment">
        Words are found in all their forms: “deliveries” finds “delivery”. Rare words count most,
        and what is found need not have all of them. What means the same in other words is found
        too.
        {meaning?.detail && (
          <Text span size="sm" display="block" mt="xs">
            Not yet here: {meaning.detail}
          </Text>
        )}
      </EmptyState>
    </Card>
  );
}
