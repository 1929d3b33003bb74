import { Anchor, Button, Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconPrinter, IconQuote } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { coachingQuery, type CoachingPoint, type ReportSpan } from "@/api/reports";
import classes from "@/features/evaluation/Evaluation.module.css";
import { sayScore, toneOf } from "@/features/evaluation/verdicts";
import { ErrorState } from "@/parts/ErrorState";
import { briefly } from "@/parts/time";
import { bySaying } from "./sayings";

/** What to work on with an agent, in the words of its calls. */
export function Coaching({ agentId, span }: { agentId: string; span: ReportSpan }) {
  const sheet = useQuery(coachingQuery(agentId, span));
  if (sheet.error) return <ErrorState error={sheet.error} onRetry={() => void sheet.refetch()} />;
  if (!sheet.data) return <Skeleton h={240} radius="lg" />;
  const { agent, to_work_on, done_well } = sheet.data;
  return (
    <Card component="section" aria-label="Coaching sheet">
      <Group justify="space-between" mb="md">
        <Title order={2}>Coaching sheet: {agent}</Title>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPrinter size={15} aria-hidden />}
          onClick={() => window.print()}
        >
          Print
        </Button>
      </Group>
      <Stack gap="lg">
        <Points title="To work on" points={to_work_on} empty="Nothing stands out." />
        <Points title="Done well" points={done_well} empty="Nothing yet." />
      </Stack>
    </Card>
  );
}

interface PointsProps {
  title: string;
  points: CoachingPoint[];
  empty: string;
}

function Points({ title, points, empty }: PointsProps) {
  return (
    <section aria-label={title}>
      <Title order={3} mb="xs">
        {title}
      </Title>
      {points.length === 0 && (
        <Text size="sm" c="dimmed">
          {empty}
        </Text>
      )}
      <Stack gap="md">
        {points.map(({ key, policy_id, name, category, mean, n, quotes }) => (
          <div key={`${policy_id} ${key}`}>
            <Group gap="xs">
              <span className={classes.verdict} data-tone={toneOf(mean)}>
                {sayScore(mean)}
              </span>
              <Text fw={560}>{name}</Text>
              <Text size="xs" c="dimmed">
                {category} · {n === 1 ? "1 call" : `${n} calls`}
              </Text>
            </Group>
            {bySaying(quotes).map(({ saying, isQuote, calls }) => (
              <div key={saying} className={classes.quote}>
                {isQuote && (
                  <IconQuote size={14} style={{ flex: "none", marginTop: 3 }} aria-hidden />
                )}
                <span>
                  {saying}{" "}
                  {calls.map(({ call_id, call_at, turns }) => (
                    <Anchor
                      key={call_id}
                      inherit
                      mr="xs"
                      renderRoot={(props) => (
                        <Link
                          {...props}
                          to="/calls/$callId"
                          params={{ callId: call_id }}
                          search={{ tab: "evaluation", policy: policy_id, turns }}
                        />
                      )}
                    >
                      {briefly(call_at)}
                    </Anchor>
                  ))}
                </span>
              </div>
            ))}
          </div>
        ))}
      </Stack>
    </section>
  );
}
