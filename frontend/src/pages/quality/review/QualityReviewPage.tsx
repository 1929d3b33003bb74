import { Group, Select, Text } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { type EvaluationSummary, evaluationsQuery } from "@/api/evaluations";
import { policiesQuery } from "@/api/policies";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { AssigneeFilter } from "@/features/assignment/AssigneeFilter";
import { AssigneePicker } from "@/features/assignment/AssigneePicker";
import { EvaluationPanel } from "@/features/evaluation/EvaluationPanel";
import classes from "@/features/evaluation/Evaluation.module.css";
import { sayScore, severities, toneOf } from "@/features/evaluation/verdicts";
import { placeIn, shownOf } from "@/features/review/queue";
import { ReviewKeys } from "@/features/review/ReviewKeys";
import { ReviewQueue } from "@/features/review/ReviewQueue";
import { BesideTranscript } from "@/features/transcript/BesideTranscript";
import { QualityFrame } from "@/pages/quality/frame/QualityFrame";
import { Instant } from "@/parts/Instant";
import { PageHeader } from "@/parts/PageHeader";
import { StatusBadge } from "@/parts/StatusBadge";
import type { ReviewSearch } from "./search";

const route = getRouteApi("/app/quality/review");

const WAITING = [
  { value: "needs_review", label: "Needs review" },
  { value: "disputed", label: "Disputed" },
];

/** The evaluations that need a person, one after the other, without leaving the keyboard. */
export function QualityReviewPage() {
  const { call, by, status = "needs_review", policy, violation, assignee } = route.useSearch();
  const navigate = useNavigate();
  const found = useInfiniteQuery(
    evaluationsQuery({ status, policy_id: policy, violation, assigned_to: assignee }),
  );
  const queue = found.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = shownOf(queue, { call, by });
  const filter = (search: ReviewSearch) =>
    void navigate({ to: "/quality/review", search, replace: true });
  return (
    <QualityFrame>
      <PageHeader
        title="Quality review"
        description={
          shown
            ? `${placeIn(queue, shown)}${found.hasNextPage ? "+" : ""} evaluations`
            : "Evaluations that need a person to look at them."
        }
      >
        {shown && <ReviewKeys problem="doubt" edit="override" />}
      </PageHeader>
      <Filters search={{ status, policy, violation, assignee }} onChange={filter} />
      <ReviewQueue
        name="Evaluations to review"
        found={found}
        wanted={{ call, by }}
        onShowAll={policy || violation || assignee ? () => filter({ status }) : null}
        noMatch="No evaluation matches"
        whenEmpty="Evaluations with a verdict that cannot be believed appear here, and disputed ones."
        item={(evaluation) => <Item evaluation={evaluation} />}
      >
        {(call, onJudged, { policy_id: policyId }) => (
          <>
            <Group justify="flex-end" mb="sm">
              <AssigneePicker call={call} />
            </Group>
            <BesideTranscript call={call}>
              {(proof) => (
                <EvaluationPanel call={call} policyId={policyId} {...proof} onJudged={onJudged} />
              )}
            </BesideTranscript>
          </>
        )}
      </ReviewQueue>
    </QualityFrame>
  );
}

interface FiltersProps {
  search: ReviewSearch;
  onChange: (search: ReviewSearch) => void;
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
        onChange={(status) =>
          onChange({ ...search, status: (status ?? "needs_review") as "needs_review" })
        }
        w={160}
      />
      <Select
        aria-label="Policy"
        placeholder="Any policy"
        clearable
        data={policies.data?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
        value={search.policy ?? null}
        onChange={(policy) => onChange({ ...search, policy: policy ?? undefined })}
        w={200}
      />
      <Select
        aria-label="Violation"
        placeholder="Any violation"
        clearable
        data={Object.entries(severities).map(([value, { label }]) => ({ value, label }))}
        value={search.violation ?? null}
        onChange={(violation) => onChange({ ...search, violation: violation ?? undefined })}
        w={150}
      />
      <AssigneeFilter
        value={search.assignee}
        onChange={(assignee) => onChange({ ...search, assignee: assignee ?? undefined })}
      />
    </Group>
  );
}

function Item({ evaluation }: { evaluation: EvaluationSummary }) {
  const nameOf = useAgentNames();
  const policies = useQuery(policiesQuery);
  const policyName = (id: string) => policies.data?.find((each) => each.id === id)?.name ?? "";
  const worst = gravest(evaluation);
  return (
    <>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="sm" fw={560} truncate>
          {nameOf(evaluation.agent_id)}
        </Text>
        <span className={classes.verdict} data-tone={toneOf(evaluation.score)}>
          {sayScore(evaluation.score)}
        </span>
      </Group>
      <Text size="xs" c="dimmed" truncate>
        {policyName(evaluation.policy_id)}
      </Text>
      <Group justify="space-between" gap="xs" mt={4}>
        {worst ? <StatusBadge {...severities[worst]} /> : <span />}
        <Text size="xs" c="dimmed">
          <Instant at={evaluation.created_at} relative />
        </Text>
      </Group>
    </>
  );
}

/** The gravest violation of an evaluation; null where there is none. */
function gravest({ violations }: EvaluationSummary) {
  const order = ["critical", "major", "minor"] as const;
  return order.find((each) => violations.some(({ severity }) => severity === each)) ?? null;
}
