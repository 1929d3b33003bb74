import { Button, Card, Grid, Group, Kbd, Skeleton, Text, UnstyledButton } from "@mantine/core";
import { IconCheck, IconFilterOff } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { callQuery } from "@/api/calls";
import { type Reviewed, reviewCountQuery, reviewQuery } from "@/api/review";
import { RecordPanel } from "@/features/record/RecordPanel";
import { labelOf } from "@/features/record/values";
import { BesideTranscript } from "@/features/transcript/BesideTranscript";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { PageHeader } from "@/parts/PageHeader";
import { PhoneNumber } from "@/parts/PhoneNumber";
import { useKeys } from "@/parts/useKeys";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { readQueueFilters } from "./filters";
import { QueueFilterBar } from "./QueueFilterBar";
import { afterLeaving, neighbour, placeIn } from "./queue";
import classes from "./Review.module.css";

const route = getRouteApi("/app/review");

/** The records that need a person, one after the other, without leaving the keyboard. */
export function ReviewPage() {
  const { call: wanted, ...filters } = route.useSearch();
  const records = useInfiniteQuery(reviewQuery(filters));
  const count = useQuery(reviewCountQuery(filters));
  const navigate = useNavigate();
  const queue = records.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = queue.find((each) => each.call_id === wanted) ?? queue[0];
  const client = useQueryClient();
  const after = neighbour(queue, shown?.call_id, 1)?.call_id;
  useEffect(() => {
    // Whoever approves one sees the next at once.
    if (after) client.query(callQuery(after)).catch(() => undefined);
  }, [after, client]);
  const reviewing = useRef<HTMLDivElement>(null);
  const show = (record: Reviewed | undefined, isSaved = false) =>
    navigate({
      to: "/review",
      search: { ...filters, ...(record && { call: record.call_id }) },
      replace: true,
      ignoreBlocker: isSaved,
    });
  const choose = (record: Reviewed) =>
    void show(record).then(() => {
      // On a phone it stands below the list.
      if (reviewing.current && !window.matchMedia("(min-width: 62em)").matches)
        reviewing.current.scrollIntoView({ behavior: "smooth" });
    });
  const first = wanted === undefined ? shown?.call_id : undefined;
  useEffect(() => {
    // A record that arrives later must not take the place of the one somebody works on.
    if (first)
      void navigate({
        to: "/review",
        search: (before) => ({ ...readQueueFilters(before), call: first }),
        replace: true,
      });
  }, [first, navigate]);
  useKeys([
    ["j", () => void show(neighbour(queue, shown?.call_id, 1))],
    ["k", () => void show(neighbour(queue, shown?.call_id, -1))],
    [
      "o",
      () => shown && void navigate({ to: "/calls/$callId", params: { callId: shown.call_id } }),
    ],
  ]);

  return (
    <>
      <PageHeader
        title="Review"
        description={
          shown
            ? placeIn(queue, shown.call_id, count.data?.count)
            : "Records that need a person to check them."
        }
      >
        {queue.length > 0 && <Keys />}
      </PageHeader>
      <QueueFilterBar filters={filters} />
      {records.error && <ErrorState error={records.error} onRetry={() => void records.refetch()} />}
      {records.isPending && <Skeleton h={420} radius="lg" />}
      {records.data && !shown && (
        <Card>
          {filters.agent || filters.problem ? (
            <EmptyState
              icon={IconFilterOff}
              title="No record matches"
              action={
                <Button
                  variant="default"
                  onClick={() => void navigate({ to: "/review", search: {} })}
                >
                  Show the whole queue
                </Button>
              }
            />
          ) : (
            <EmptyState icon={IconCheck} title="All caught up">
              Records that fail a check appear here.
            </EmptyState>
          )}
        </Card>
      )}
      {shown && (
        <Grid gap="lg">
          <Grid.Col span={{ base: 12, md: 4, lg: 3 }}>
            <Card padding={0}>
              <nav aria-label="Records to review" className={classes.list}>
                {queue.map((record) => (
                  <Item
                    key={record.id}
                    record={record}
                    isShown={record === shown}
                    onShow={() => choose(record)}
                  />
                ))}
                {records.hasNextPage && (
                  <Button
                    fullWidth
                    variant="subtle"
                    loading={records.isFetchingNextPage}
                    onClick={() => void records.fetchNextPage()}
                  >
                    Show more
                  </Button>
                )}
              </nav>
            </Card>
          </Grid.Col>
          <Grid.Col
            ref={reviewing}
            span={{ base: 12, md: 8, lg: 9 }}
            style={{ scrollMarginTop: 72 }}
          >
            <Reviewing
              key={shown.call_id}
              record={shown}
              onVerdict={() => void show(afterLeaving(queue, shown.call_id), true)}
            />
          </Grid.Col>
        </Grid>
      )}
    </>
  );
}

function Keys() {
  return (
    <Group gap="md" visibleFrom="md">
      {[
        ["?", "all shortcuts"],
        ["J", "next"],
        ["K", "previous"],
        ["N", "next problem"],
        ["P", "previous problem"],
        ["E", "edit"],
        ["A", "approve or save"],
        ["O", "open call"],
      ].map(([key, what]) => (
        <Text key={key} size="xs" c="dimmed">
          <Kbd size="xs">{key}</Kbd> {what}
        </Text>
      ))}
    </Group>
  );
}

interface ItemProps {
  record: Reviewed;
  isShown: boolean;
  onShow: () => void;
}

function Item({ record, isShown, onShow }: ItemProps) {
  const nameOf = useAgentNames();
  const [problem] = record.problems;
  const place = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isShown) place.current?.scrollIntoView({ block: "nearest" });
  }, [isShown]);
  return (
    <UnstyledButton
      ref={place}
      className={classes.item}
      aria-current={isShown ? "true" : undefined}
      onClick={onShow}
    >
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="sm" fw={560} truncate>
          {nameOf(record.agent_id)}
        </Text>
        <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
          <Instant at={record.created_at} relative />
        </Text>
      </Group>
      <Text size="xs" c="dimmed">
        <PhoneNumber number={record.to_number ?? record.from_number} />
      </Text>
      {problem && (
        <Text size="xs" mt={4} lineClamp={2}>
          {problem.field && <strong>{labelOf(problem.field)}: </strong>}
          {problem.message}
          {record.problems.length > 1 && ` And ${record.problems.length - 1} more.`}
        </Text>
      )}
    </UnstyledButton>
  );
}

interface ReviewingProps {
  record: Reviewed;
  onVerdict: () => void;
}

function Reviewing({ record, onVerdict }: ReviewingProps) {
  const call = useQuery(callQuery(record.call_id));
  if (call.error) return <ErrorState error={call.error} onRetry={() => void call.refetch()} />;
  if (!call.data) return <Skeleton h={420} radius="lg" />;
  return (
    <BesideTranscript call={call.data}>
      {(proof) => <RecordPanel call={call.data} {...proof} onVerdict={onVerdict} />}
    </BesideTranscript>
  );
}
