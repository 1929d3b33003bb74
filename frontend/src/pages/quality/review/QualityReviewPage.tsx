import {
  Button,
  Card,
  Grid,
  Group,
  Kbd,
  Select,
  Skeleton,
  Text,
  UnstyledButton,
} from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconCheck } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { callQuery } from "@/api/calls";
import { type EvaluationSummary, evaluationsQuery } from "@/api/evaluations";
import { policiesQuery } from "@/api/policies";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { EvaluationPanel } from "@/features/evaluation/EvaluationPanel";
import classes from "@/features/evaluation/Evaluation.module.css";
import { sayScore, severities, toneOf } from "@/features/evaluation/verdicts";
import { BesideTranscript } from "@/features/transcript/BesideTranscript";
import { QualityFrame } from "@/pages/quality/frame/QualityFrame";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { PageHeader } from "@/parts/PageHeader";
import { StatusBadge } from "@/parts/StatusBadge";
import { afterLeaving, gravest, neighbour } from "./queue";
import type { ReviewSearch } from "./search";
import styles from "./QualityReview.module.css";

const route = getRouteApi("/app/quality/review");

const WAITING = [
  { value: "needs_review", label: "Needs review" },
  { value: "disputed", label: "Disputed" },
];

/** The evaluations that need a person, one after the other, without leaving the keyboard. */
export function QualityReviewPage() {
  const search = route.useSearch();
  const { call: wanted, status = "needs_review", policy, violation } = search;
  const navigate = useNavigate();
  const found = useInfiniteQuery(evaluationsQuery({ status, policy_id: policy, violation }));
  const queue = found.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = queue.find((each) => each.call_id === wanted) ?? queue[0];
  const client = useQueryClient();
  const after = neighbour(queue, shown?.call_id, 1)?.call_id;
  useEffect(() => {
    // Whoever approves one sees the next at once.
    if (after) client.query(callQuery(after)).catch(() => undefined);
  }, [after, client]);
  const reviewing = useRef<HTMLDivElement>(null);
  const go = (part: Partial<typeof search>, isSaved = false) =>
    navigate({
      to: "/quality/review",
      search: { ...search, ...part },
      replace: true,
      ignoreBlocker: isSaved,
    });
  const show = (item: EvaluationSummary | undefined, isSaved = false) =>
    go({ call: item?.call_id }, isSaved);
  const choose = (item: EvaluationSummary) =>
    void show(item).then(() => {
      // On a phone it stands below the list.
      if (!window.matchMedia("(min-width: 62em)").matches)
        reviewing.current?.scrollIntoView({ behavior: "smooth" });
    });
  useHotkeys([
    ["j", () => void show(neighbour(queue, shown?.call_id, 1))],
    ["k", () => void show(neighbour(queue, shown?.call_id, -1))],
  ]);
  return (
    <QualityFrame>
      <PageHeader
        title="Quality review"
        description={
          shown
            ? `${queue.indexOf(shown) + 1} of ${queue.length}${found.hasNextPage ? "+" : ""} evaluations`
            : "Evaluations that need a person to look at them."
        }
      >
        {shown && <Keys />}
      </PageHeader>
      <Filters search={{ status, policy, violation }} onChange={(part) => void go(part)} />
      {found.error && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Skeleton h={420} radius="lg" />}
      {found.data && !shown && (
        <Card>
          <EmptyState icon={IconCheck} title="All caught up">
            Evaluations with a verdict that cannot be believed appear here, and disputed ones.
          </EmptyState>
        </Card>
      )}
      {shown && (
        <Grid gap="lg">
          <Grid.Col span={{ base: 12, md: 4, lg: 3 }}>
            <Card padding={0}>
              <nav aria-label="Evaluations to review" className={styles.list}>
                {queue.map((item) => (
                  <Item
                    key={item.id}
                    item={item}
                    isShown={item === shown}
                    onShow={() => choose(item)}
                  />
                ))}
                {found.hasNextPage && (
                  <Button
                    fullWidth
                    variant="subtle"
                    loading={found.isFetchingNextPage}
                    onClick={() => void found.fetchNextPage()}
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
              callId={shown.call_id}
              onJudged={() => void show(afterLeaving(queue, shown.call_id), true)}
            />
          </Grid.Col>
        </Grid>
      )}
    </QualityFrame>
  );
}

function Keys() {
  return (
    <Group gap="md" visibleFrom="md">
      {[
        ["J", "next"],
        ["K", "previous"],
        ["N", "next doubt"],
        ["P", "previous doubt"],
        ["E", "override"],
        ["A", "approve or save"],
      ].map(([key, what]) => (
        <Text key={key} size="xs" c="dimmed">
          <Kbd size="xs">{key}</Kbd> {what}
        </Text>
      ))}
    </Group>
  );
}

interface FiltersProps {
  search: ReviewSearch;
  onChange: (part: ReviewSearch) => void;
}

function Filters({ search, onChange }: FiltersProps) {
  const policies = useQuery(policiesQuery);
  return (
    <Group gap="xs" mb="md" role="search" aria-label="Evaluations">
      <Select
        aria-label="State"
        allowDeselect={false}
        data={WAITING}
        value={search.status ?? "needs_review"}
        onChange={(status) => onChange({ status: (status ?? "needs_review") as "needs_review" })}
        w={160}
      />
      <Select
        aria-label="Policy"
        placeholder="Any policy"
        clearable
        data={policies.data?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
        value={search.policy ?? null}
        onChange={(policy) => onChange({ policy: policy ?? undefined })}
        w={200}
      />
      <Select
        aria-label="Violation"
        placeholder="Any violation"
        clearable
        data={Object.entries(severities).map(([value, { label }]) => ({ value, label }))}
        value={search.violation ?? null}
        onChange={(violation) => onChange({ violation: violation ?? undefined })}
        w={150}
      />
    </Group>
  );
}

interface ItemProps {
  item: EvaluationSummary;
  isShown: boolean;
  onShow: () => void;
}

function Item({ item, isShown, onShow }: ItemProps) {
  const nameOf = useAgentNames();
  const place = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isShown) place.current?.scrollIntoView({ block: "nearest" });
  }, [isShown]);
  const worst = gravest(item);
  return (
    <UnstyledButton
      ref={place}
      className={styles.item}
      aria-current={isShown ? "true" : undefined}
      onClick={onShow}
    >
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="sm" fw={560} truncate>
          {nameOf(item.agent_id)}
        </Text>
        <span className={classes.verdict} data-tone={toneOf(item.score)}>
          {sayScore(item.score)}
        </span>
      </Group>
      <Group justify="space-between" gap="xs" mt={4}>
        {worst ? <StatusBadge {...severities[worst]} /> : <span />}
        <Text size="xs" c="dimmed">
          <Instant at={item.created_at} relative />
        </Text>
      </Group>
    </UnstyledButton>
  );
}

function Reviewing({ callId, onJudged }: { callId: string; onJudged: () => void }) {
  const call = useQuery(callQuery(callId));
  if (call.error) return <ErrorState error={call.error} onRetry={() => void call.refetch()} />;
  if (!call.data) return <Skeleton h={420} radius="lg" />;
  return (
    <BesideTranscript call={call.data}>
      {(proof) => <EvaluationPanel call={call.data} {...proof} onJudged={onJudged} />}
    </BesideTranscript>
  );
}
