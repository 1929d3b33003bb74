import { Anchor, Button, Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type RecordForm, recordFormQuery } from "@/api/agents";
import { type Backtest, type Trial, trialsQuery } from "@/api/backtests";
import { schemaAt } from "@/features/record/fields";
import type { Json } from "@/api/json";
import { labelOf, showValue } from "@/features/record/values";
import { ErrorState } from "@/parts/ErrorState";
import { RecordStatusBadge } from "@/parts/StatusBadge";

/** Call by call, what its record would be instead. */
export function Trials({ backtest, tried }: { backtest: Backtest; tried: number }) {
  const found = useInfiniteQuery(trialsQuery(backtest.id, `${backtest.state} ${tried}`));
  const form = useQuery(recordFormQuery(backtest.agent_id, backtest.version));
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton h={200} radius="lg" />;
  const trials = found.data.pages.flatMap((page) => page.items).filter(comesOutOtherwise);
  return (
    <Card component="section" aria-label="Call by call">
      <Title order={2} mb="md">
        Call by call
      </Title>
      <Stack gap="md">
        {trials.length === 0 && (
          <Text size="sm" c="dimmed">
            {found.hasNextPage || backtest.state === "running" || backtest.state === "paused"
              ? "So far every record came out as it is."
              : "Every record came out as it is."}
          </Text>
        )}
        {trials.map((trial) => (
          <Row key={trial.id} trial={trial} form={form.data ?? null} />
        ))}
      </Stack>
      {found.hasNextPage && (
        <Group justify="center" mt="md">
          <Button
            variant="default"
            loading={found.isFetchingNextPage}
            onClick={() => void found.fetchNextPage()}
          >
            Show more
          </Button>
        </Group>
      )}
    </Card>
  );
}

/** Whether the values are others, there are none, or a person has to look where nobody had to. */
function comesOutOtherwise({ state, differences, status_before, status_after }: Trial) {
  const changesReview = (status_before === "needs_review") !== (status_after === "needs_review");
  return state === "failed" || differences.length > 0 || (status_after !== null && changesReview);
}

function Row({ trial, form }: { trial: Trial; form: RecordForm | null }) {
  const { call_id, status_before, status_after, differences, failure } = trial;
  const shown = (field: string, value: unknown) =>
    showValue((value ?? null) as Json, schemaAt(form?.schema ?? null, field), form?.zone);
  return (
    <article>
      <Group gap="sm">
        <Anchor
          size="sm"
          fw={560}
          renderRoot={(props) => (
            <Link {...props} to="/calls/$callId" params={{ callId: call_id }} />
          )}
        >
          Show the call
        </Anchor>
        <RecordStatusBadge status={status_before} />
        {status_after && (
          <>
            <span aria-label="becomes" role="img">
              →
            </span>
            <RecordStatusBadge status={status_after} />
          </>
        )}
      </Group>
      {failure && <Text size="sm">{failure}</Text>}
      {differences.map(({ field, before, after }) => (
        <Text key={field} size="sm" style={{ overflowWrap: "anywhere" }}>
          {labelOf(field)}:{" "}
          <Text span inherit c="dimmed" td="line-through">
            {shown(field, before)}
          </Text>{" "}
          → {shown(field, after)}
        </Text>
      ))}
    </article>
  );
}
