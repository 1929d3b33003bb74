import { Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { numbersQuery } from "@/api/calls";
import type { SchemaNumbersRead } from "@/api/schema";
import { ErrorState } from "@/parts/ErrorState";
import { formatCents, formatCount } from "@/parts/money";
import { asClock } from "@/parts/time";
import { useToday } from "@/parts/useNow";
import classes from "./Board.module.css";

export function TodaysNumbers() {
  const numbers = useQuery(numbersQuery(useToday()));
  if (numbers.isError)
    return <ErrorState error={numbers.error} onRetry={() => void numbers.refetch()} />;
  if (numbers.isPending)
    return (
      // As high as the numbers will be.
      <Skeleton radius="lg" aria-hidden>
        <Numbers numbers={NOTHING} />
      </Skeleton>
    );
  return <Numbers numbers={numbers.data} />;
}

const NOTHING = { calls: {}, records: {}, answered_by_people: 0, talk_ms: 0, cost_cents: 0 };

type Counted = Pick<SchemaNumbersRead, keyof typeof NOTHING>;

function Numbers({ numbers }: { numbers: Counted }) {
  const { calls, records, answered_by_people, talk_ms, cost_cents } = numbers;
  const placed = sum(calls);
  const { ended = 0, not_connected: notConnected = 0 } = calls;
  // Shares are of the calls that were dialled and are over: how others turn out is not known yet.
  const over = ended + notConnected;
  const made = sum(records) - (records.pending ?? 0);
  const good = (records.valid ?? 0) + (records.corrected ?? 0);
  return (
    <section className={classes.numbers} aria-label="Today">
      <Number label="Calls today" value={formatCount(placed)}>
        {formatCount(ended)} of {formatCount(over)} connected
      </Number>
      <Number label="Answered by people" value={share(answered_by_people, over)}>
        {formatCount(answered_by_people)} of {formatCount(over)} dialed
      </Number>
      <Number label="Average length" value={ended ? asClock(talk_ms / ended) : "–"}>
        {asClock(talk_ms)} total
      </Number>
      <Number label="Records passed checks" value={share(good, made)}>
        {formatCount(records.needs_review ?? 0)} to review
      </Number>
      <Number label="Spent on calls" value={formatCents(Math.round(cost_cents))}>
        {ended ? `${formatCents(Math.round(cost_cents / ended))} per call` : "nothing yet"}
      </Number>
    </section>
  );
}

function Number({ label, value, children }: { label: string; value: string; children: ReactNode }) {
  return (
    <div className={classes.number}>
      <Text size="xs" c="dimmed" fw={550}>
        {label}
      </Text>
      <div className={`${classes.value} figures`}>{value}</div>
      <Text size="xs" c="dimmed" className="figures" mt={2}>
        {children}
      </Text>
    </div>
  );
}

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function share(part: number, whole: number): string {
  return whole ? `${Math.round((100 * part) / whole)}%` : "–";
}
