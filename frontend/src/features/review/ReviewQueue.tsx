import { Button, Card, Grid, Skeleton, UnstyledButton } from "@mantine/core";
import { IconCheck, IconFilterOff } from "@tabler/icons-react";
import {
  type InfiniteData,
  type UseInfiniteQueryResult,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { type CallDetail, callQuery } from "@/api/calls";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { useKeys } from "@/parts/useKeys";
import { afterLeaving, namedAs, neighbour, shownOf, type Waiting, type Wanted } from "./queue";
import classes from "./ReviewQueue.module.css";

interface Props<T extends Waiting> {
  /** The list's name: `Records to review`. */
  name: string;
  found: UseInfiniteQueryResult<InfiniteData<{ items: T[] }>>;
  /** What the address names as `call` and `by`. */
  wanted: Wanted;
  /** Shows all of the queue, where the filters leave a part of it. */
  onShowAll: (() => void) | null;
  /** Said where they leave nothing. */
  noMatch: string;
  /** Said where nothing waits: what will appear here. */
  whenEmpty: string;
  /** One of the list. */
  item: (waiting: T) => ReactNode;
  /** What a person judges; `onJudged` goes on to the next. */
  children: (call: CallDetail, onJudged: () => void, waiting: T) => ReactNode;
}

/** What needs a person, one after the other, without leaving the keyboard. */
export function ReviewQueue<T extends Waiting>(props: Props<T>) {
  const { name, found, wanted, onShowAll, noMatch, whenEmpty, item, children } = props;
  const navigate = useNavigate();
  const client = useQueryClient();
  const queue = found.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = shownOf(queue, wanted);
  const after = neighbour(queue, shown, 1)?.call_id;
  useEffect(() => {
    // Whoever approves one sees the next at once.
    if (after) client.query(callQuery(after)).catch(() => undefined);
  }, [after, client]);
  const show = (waiting: Waiting | undefined, isSaved = false) =>
    navigate({
      to: ".",
      search: (before) => ({
        ...before,
        call: undefined,
        by: undefined,
        ...(waiting && namedAs(waiting)),
      }),
      replace: true,
      ignoreBlocker: isSaved,
    });
  const reviewing = useRef<HTMLDivElement>(null);
  const choose = (waiting: Waiting) =>
    void show(waiting).then(() => {
      // On a phone it stands below the list.
      if (!window.matchMedia("(min-width: 62em)").matches)
        reviewing.current?.scrollIntoView({ behavior: "smooth" });
    });
  const named = shown && namedAs(shown);
  const isNamed = named?.call === wanted.call && named?.by === wanted.by;
  const unnamed = isNamed || found.isPlaceholderData ? undefined : named?.call;
  const by = named?.by;
  useEffect(() => {
    // What arrives later must not take the place of the one somebody works on.
    if (unnamed)
      void navigate({
        to: ".",
        search: (before) => ({ ...before, call: unnamed, by }),
        replace: true,
      });
  }, [unnamed, by, navigate]);
  useKeys([
    ["j", () => void show(neighbour(queue, shown, 1))],
    ["k", () => void show(neighbour(queue, shown, -1))],
    [
      "o",
      () => shown && void navigate({ to: "/calls/$callId", params: { callId: shown.call_id } }),
    ],
  ]);

  if (found.isPending) return <Skeleton h={420} radius="lg" />;
  return (
    <>
      {found.error && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && !shown && (
        <Card>
          {onShowAll ? (
            <EmptyState
              icon={IconFilterOff}
              title={noMatch}
              action={
                <Button variant="default" onClick={onShowAll}>
                  Show the whole queue
                </Button>
              }
            />
          ) : (
            <EmptyState icon={IconCheck} title="All caught up">
              {whenEmpty}
            </EmptyState>
          )}
        </Card>
      )}
      {shown && (
        <Grid gap="lg">
          <Grid.Col span={{ base: 12, md: 4, lg: 3 }}>
            <Card padding={0}>
              <nav aria-label={name} className={classes.list}>
                {queue.map((waiting) => (
                  <Item key={waiting.id} isShown={waiting === shown} onShow={() => choose(waiting)}>
                    {item(waiting)}
                  </Item>
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
            <Reviewing key={`${shown.call_id} ${shown.policy_id ?? ""}`} callId={shown.call_id}>
              {(call) => children(call, () => void show(afterLeaving(queue, shown), true), shown)}
            </Reviewing>
          </Grid.Col>
        </Grid>
      )}
    </>
  );
}

interface ItemProps {
  isShown: boolean;
  onShow: () => void;
  children: ReactNode;
}

function Item({ isShown, onShow, children }: ItemProps) {
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
      {children}
    </UnstyledButton>
  );
}

interface ReviewingProps {
  callId: string;
  children: (call: CallDetail) => ReactNode;
}

function Reviewing({ callId, children }: ReviewingProps) {
  const call = useQuery(callQuery(callId));
  if (call.error) return <ErrorState error={call.error} onRetry={() => void call.refetch()} />;
  if (!call.data) return <Skeleton h={420} radius="lg" />;
  return children(call.data);
}
