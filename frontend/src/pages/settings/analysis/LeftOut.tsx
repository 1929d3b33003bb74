import { Alert, Anchor, Button, Card, Group, Text, Title } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import {
  analysisKeys,
  analyzeLeftOut,
  type Analysis,
  leftOutCallsQuery,
  leftOutQuery,
} from "@/api/analysis";
import { useIsManager } from "@/features/session/useUser";
import { ErrorState } from "@/parts/ErrorState";
import { explain } from "@/parts/explain";
import { Instant } from "@/parts/Instant";
import { formatCents, formatCount } from "@/parts/money";

const REASONS: Record<NonNullable<Analysis["left_out_reason"]>, string> = {
  budget: "budget used up",
  too_long: "too long for a day’s budget",
  no_price: "no price for the model",
  model_unavailable: "the model could not be asked",
  switched_off: "switched off",
};

/** Calls that were not analyzed, what that would cost, and a way to have it done. */
export function LeftOut() {
  const client = useQueryClient();
  const isManager = useIsManager();
  const counted = useQuery(leftOutQuery);
  const calls = useInfiniteQuery(leftOutCallsQuery);
  const analyze = useMutation({
    mutationFn: analyzeLeftOut,
    onSuccess: () => client.invalidateQueries({ queryKey: analysisKeys.all }),
  });
  const found = calls.data?.pages.flatMap(({ items }) => items) ?? [];
  if (counted.error)
    return <ErrorState error={counted.error} onRetry={() => void counted.refetch()} />;
  if (!counted.data || (counted.data.calls === 0 && found.length === 0)) return null;
  const { calls: count, estimated_cents: cents, left_today_cents: left } = counted.data;
  return (
    <Card component="section" aria-label="Calls left out">
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={2}>Calls left out</Title>
          <Text size="sm" c="dimmed" mt={2}>
            {formatCount(count)} {count === 1 ? "call" : "calls"} can be analyzed, for about{" "}
            {formatCents(cents)}. Today’s budget has {formatCents(left)} left; the oldest go first.
          </Text>
        </div>
        {isManager && count > 0 && (
          <Button
            variant="default"
            disabled={left <= 0}
            loading={analyze.isPending}
            onClick={() => analyze.mutate()}
          >
            {cents > left ? "Analyze what fits" : `Analyze for about ${formatCents(cents)}`}
          </Button>
        )}
      </Group>
      {analyze.error && (
        <Alert color="red" variant="light" role="alert" mt="sm">
          {explain(analyze.error).detail}
        </Alert>
      )}
      {analyze.data && (
        <Text size="sm" mt="sm" role="status">
          {formatCount(analyze.data.requested)} on their way.
        </Text>
      )}
      <ul style={{ margin: "12px 0 0", paddingInlineStart: 18 }}>
        {found.map((each) => (
          <li key={each.id}>
            <Anchor
              size="sm"
              renderRoot={(props) => (
                <Link
                  {...props}
                  to="/calls/$callId"
                  params={{ callId: each.call_id }}
                  search={{ tab: "analysis" }}
                />
              )}
            >
              <Instant at={each.created_at} />
            </Anchor>{" "}
            <Text span size="sm" c="dimmed">
              {each.left_out_reason && REASONS[each.left_out_reason]}
              {each.estimated_cents !== null && `, about ${formatCents(each.estimated_cents)}`}
            </Text>
          </li>
        ))}
      </ul>
      {calls.hasNextPage && (
        <Button
          mt="xs"
          size="compact-sm"
          variant="subtle"
          loading={calls.isFetchingNextPage}
          onClick={() => void calls.fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </Card>
  );
}
