import { Group, Text } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { type Reviewed, reviewCountQuery, reviewQuery } from "@/api/review";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { Assigned } from "@/features/assignment/Assigned";
import { AssigneePicker } from "@/features/assignment/AssigneePicker";
import { RecordPanel } from "@/features/record/RecordPanel";
import { labelOf } from "@/features/record/values";
import { placeIn, shownOf } from "@/features/review/queue";
import { ReviewKeys } from "@/features/review/ReviewKeys";
import { ReviewQueue } from "@/features/review/ReviewQueue";
import { BesideTranscript } from "@/features/transcript/BesideTranscript";
import { Instant } from "@/parts/Instant";
import { PageHeader } from "@/parts/PageHeader";
import { PhoneNumber } from "@/parts/PhoneNumber";
import { OptOuts } from "./OptOuts";
import { QueueFilterBar } from "./QueueFilterBar";

const route = getRouteApi("/app/review");

/** The records that need a person, one after the other, without leaving the keyboard. */
export function ReviewPage() {
  const { call: wanted, ...filters } = route.useSearch();
  const records = useInfiniteQuery(reviewQuery(filters));
  const count = useQuery(reviewCountQuery(filters));
  const navigate = useNavigate();
  const queue = records.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = shownOf(queue, { call: wanted });
  return (
    <>
      <PageHeader
        title="Review"
        description={
          shown
            ? `${placeIn(queue, shown, count.data?.count)} records that need a person to check them.`
            : "Records that need a person to check them."
        }
      >
        {shown && <ReviewKeys problem="problem" edit="edit" />}
      </PageHeader>
      <OptOuts />
      <QueueFilterBar filters={filters} />
      <ReviewQueue
        name="Records to review"
        found={records}
        wanted={{ call: wanted }}
        onShowAll={
          filters.agent || filters.problem || filters.assignee
            ? () => void navigate({ to: "/review", search: {} })
            : null
        }
        noMatch="No record matches"
        whenEmpty="Records that fail a check appear here."
        item={(record) => <Item record={record} />}
      >
        {(call, onVerdict) => (
          <>
            <Group justify="flex-end" mb="sm">
              <AssigneePicker call={call} />
            </Group>
            <BesideTranscript call={call}>
              {(proof) => <RecordPanel call={call} {...proof} onVerdict={onVerdict} />}
            </BesideTranscript>
          </>
        )}
      </ReviewQueue>
    </>
  );
}

function Item({ record }: { record: Reviewed }) {
  const nameOf = useAgentNames();
  const [problem] = record.problems;
  return (
    <>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="sm" fw={560} truncate>
          {nameOf(record.agent_id)}
        </Text>
        <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
          <Instant at={record.created_at} relative />
        </Text>
      </Group>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="xs" c="dimmed">
          <PhoneNumber number={record.to_number ?? record.from_number} />
        </Text>
        <Assigned to={record.assigned_to} />
      </Group>
      {problem && (
        <Text size="xs" mt={4} lineClamp={2}>
          {problem.field && <strong>{labelOf(problem.field)}: </strong>}
          {problem.message}
          {record.problems.length > 1 && ` And ${record.problems.length - 1} more.`}
        </Text>
      )}
    </>
  );
}
