import { Alert, Button, Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconChartDots } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { type Analysis, analysisQuery, analysisSettingsQuery, analyzeCall } from "@/api/analysis";
import type { Place } from "@/api/records";
import { useIsManager } from "@/features/session/useUser";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { explain } from "@/parts/explain";
import { formatCents } from "@/parts/money";
import { StatusBadge } from "@/parts/StatusBadge";
import type { Tone } from "@/parts/statuses";
import { FeelingsLine } from "./FeelingsLine";
import { otherDoubts, type Section, sectionsOf, type Told } from "./values";
import classes from "./Analysis.module.css";

interface Props {
  callId: string;
  onShow: (place: Place) => void;
  onHover: (place: Place | null) => void;
}

const STATUSES: Record<Analysis["status"], { label: string; tone: Tone }> = {
  pending: { label: "Analyzing", tone: "waiting" },
  valid: { label: "Proven", tone: "good" },
  needs_review: { label: "Some values in doubt", tone: "attention" },
  failed: { label: "Failed", tone: "bad" },
  left_out: { label: "Left out", tone: "quiet" },
};

const LEFT_OUT: Record<NonNullable<Analysis["left_out_reason"]>, string> = {
  budget: "The day’s budget for call analysis was used up.",
  too_long: "By itself this call would cost more than the budget of a whole day.",
  model_unavailable: "The model could not be asked. Analyze the call again.",
  no_price: "The model had no price, so no budget could have stopped it.",
  switched_off: "Call analysis was switched off before its turn came.",
};

/** What the call tells, whatever it was for: each value with the words it rests on. */
export function AnalysisPanel({ callId, onShow, onHover }: Props) {
  const analysis = useQuery(analysisQuery(callId));
  if (analysis.error)
    return <ErrorState error={analysis.error} onRetry={() => void analysis.refetch()} />;
  if (analysis.data === undefined) return <Skeleton h={320} radius="lg" />;
  if (analysis.data === null) return <NotAnalyzed callId={callId} />;
  const found = analysis.data;
  return (
    <Stack gap="md">
      <Head analysis={found} />
      {found.sentiment.length > 0 && (
        <FeelingsLine moments={found.sentiment} onShow={onShow} onHover={onHover} />
      )}
      {["valid", "needs_review"].includes(found.status) && (
        <Values sections={sectionsOf(found)} onShow={onShow} onHover={onHover} />
      )}
    </Stack>
  );
}

function NotAnalyzed({ callId }: { callId: string }) {
  const { data: settings } = useQuery(analysisSettingsQuery);
  const isOff = settings?.enabled === false;
  return (
    <EmptyState
      icon={IconChartDots}
      title={isOff ? "Call analysis is switched off" : "This call was not analyzed"}
      action={
        isOff ? (
          <Button
            variant="default"
            renderRoot={(props) => (
              <Link {...props} to="/settings" search={{ section: "analysis" }} />
            )}
          >
            Go to the settings
          </Button>
        ) : (
          settings && <AnalyzeButton callId={callId} label="Analyze this call" />
        )
      }
    >
      Sentiment over the call, pain points, objections and next steps, each with its quote.
    </EmptyState>
  );
}

function AnalyzeButton({ callId, label }: { callId: string; label: string }) {
  const client = useQueryClient();
  const isManager = useIsManager();
  const analyze = useMutation({
    mutationFn: () => analyzeCall(callId),
    onSuccess: () => client.invalidateQueries({ queryKey: analysisQuery(callId).queryKey }),
  });
  if (!isManager) return null;
  return (
    <Stack gap="xs" align="flex-start">
      <Button
        size="compact-sm"
        variant="default"
        loading={analyze.isPending}
        onClick={() => analyze.mutate()}
      >
        {label}
      </Button>
      {analyze.error && (
        <Alert color="red" variant="light" role="alert" p="xs">
          {explain(analyze.error).detail}
        </Alert>
      )}
    </Stack>
  );
}

function Head({ analysis }: { analysis: Analysis }) {
  const { status, left_out_reason: reason, failure, cost_cents: cost, model } = analysis;
  const isMade = ["valid", "needs_review"].includes(status);
  return (
    <Card component="section" aria-label="Analysis">
      <Group justify="space-between" align="flex-start">
        <Group gap="xs">
          <Title order={2}>Analysis</Title>
          <StatusBadge {...STATUSES[status]} />
        </Group>
        {status !== "pending" && (
          <AnalyzeButton
            callId={analysis.call_id}
            label={isMade ? "Analyze again" : "Analyze this call"}
          />
        )}
      </Group>
      {isMade && (
        <Text size="xs" c="dimmed" mt={4}>
          {[
            model,
            cost === null ? null : formatCents(cost),
            `schema version ${analysis.schema_version}`,
          ]
            .filter((each) => each !== null)
            .join(" · ")}
        </Text>
      )}
      {reason && (
        <Text size="sm" mt="xs">
          {LEFT_OUT[reason]}
        </Text>
      )}
      {failure && (
        <Alert color="red" variant="light" mt="sm">
          {failure}
        </Alert>
      )}
      {otherDoubts(analysis).map((message) => (
        <Alert key={message} color="orange" variant="light" p="xs" mt="sm">
          {message}
        </Alert>
      ))}
    </Card>
  );
}

function Values({ sections, ...proof }: { sections: Section[] } & Omit<Props, "callId">) {
  const told = sections.filter((section) => section.told.length > 0);
  const silent = sections.filter((section) => section.told.length === 0);
  return (
    <Card component="section" aria-label="What the call tells">
      <Stack gap="md">
        {told.map((section) => (
          <div key={section.name}>
            <Title order={3} size="h5">
              {section.label}
            </Title>
            <ul className={classes.items}>
              {section.told.map((each) => (
                <li key={each.path}>
                  <Value told={each} {...proof} />
                </li>
              ))}
            </ul>
          </div>
        ))}
        {silent.length > 0 && (
          <Text size="sm" c="dimmed">
            Nothing was said of: {silent.map(({ label }) => label.toLowerCase()).join(", ")}.
          </Text>
        )}
      </Stack>
    </Card>
  );
}

function Value({ told, onShow, onHover }: { told: Told } & Omit<Props, "callId">) {
  const { evidence, text, doubts } = told;
  const place = evidence?.found ? evidence : null;
  const quote: ReactNode = evidence?.quote && (
    <span className={classes.quote}>
      “{evidence.quote}”{!evidence.found && <strong> (not in the transcript)</strong>}
    </span>
  );
  return (
    <>
      <button
        type="button"
        className={`${classes.moment} ${classes.value}`}
        disabled={!place}
        onClick={() => place && onShow(place)}
        onMouseEnter={() => onHover(place)}
        onMouseLeave={() => onHover(null)}
        onFocus={() => onHover(place)}
        onBlur={() => onHover(null)}
      >
        <span>
          <strong>{text}</strong>
          {quote}
        </span>
      </button>
      {doubts.map((message) => (
        <Alert key={message} color="orange" variant="light" p="xs" mx={8}>
          {message}
        </Alert>
      ))}
    </>
  );
}
