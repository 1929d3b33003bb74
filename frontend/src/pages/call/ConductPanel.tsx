import { Anchor, Alert, Button, Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type Conduct, conductQuery, type OptOut } from "@/api/conduct";
import type { Place } from "@/api/records";
import { DISCLOSURES, OPT_OUTS } from "@/features/compliance/conduct";
import { useDecideOptOut } from "@/features/compliance/useDecideOptOut";
import { ErrorState } from "@/parts/ErrorState";
import { explain } from "@/parts/explain";
import { StatusBadge } from "@/parts/StatusBadge";

interface Props {
  callId: string;
  /** Shows where something was said. */
  onShow: (place: Place) => void;
}

/** What the agent had to say, and whether the other side asked for no more calls. */
export function ConductPanel({ callId, onShow }: Props) {
  const conduct = useQuery(conductQuery(callId));
  if (conduct.error)
    return <ErrorState error={conduct.error} onRetry={() => void conduct.refetch()} />;
  if (!conduct.data) return <Skeleton h={160} radius="lg" />;
  return (
    <Stack gap="md">
      <Disclosures conduct={conduct.data} onShow={onShow} />
      {conduct.data.opt_out && (
        <OptingOut callId={callId} optOut={conduct.data.opt_out} onShow={onShow} />
      )}
    </Stack>
  );
}

function Disclosures({ conduct, onShow }: { conduct: Conduct; onShow: Props["onShow"] }) {
  return (
    <Card component="section" aria-label="What had to be said">
      <Title order={2} mb="sm">
        What had to be said
      </Title>
      {conduct.disclosures.length === 0 && (
        <Text size="sm" c="dimmed">
          {conduct.checked_at
            ? "No rule asks the agent to say anything in this call."
            : "A call is looked at once it is over."}
        </Text>
      )}
      <Stack gap="sm">
        {conduct.disclosures.map((each) => (
          <div key={each.rule.name}>
            <Group gap="xs">
              <Text fw={560}>{DISCLOSURES[each.disclosure]}</Text>
              <StatusBadge
                label={each.quote === null ? "Not said" : "Said"}
                tone={each.quote === null ? "attention" : "good"}
              />
            </Group>
            <Quote turn={each.turn} quote={each.quote} onShow={onShow} />
            <Text size="xs" c="dimmed">
              {each.rule.source} ({each.rule.as_of})
            </Text>
          </div>
        ))}
        {conduct.denial && (
          <div>
            <Group gap="xs">
              <Text fw={560}>Being a machine</Text>
              <StatusBadge label="Denied" tone="attention" />
            </Group>
            <Quote turn={conduct.denial.turn} quote={conduct.denial.quote} onShow={onShow} />
          </div>
        )}
      </Stack>
    </Card>
  );
}

function Quote({
  turn,
  quote,
  onShow,
}: {
  turn: number | null;
  quote: string | null;
  onShow: Props["onShow"];
}) {
  if (turn === null || quote === null) return null;
  const place = { turns: [turn], start_ms: null };
  return (
    <Anchor component="button" type="button" size="sm" ta="left" onClick={() => onShow(place)}>
      “{quote}”
    </Anchor>
  );
}

function OptingOut({
  callId,
  optOut,
  onShow,
}: {
  callId: string;
  optOut: OptOut;
  onShow: Props["onShow"];
}) {
  const decide = useDecideOptOut(callId);
  return (
    <Card component="section" aria-label="Opting out">
      <Group gap="xs" mb="xs">
        <Title order={2}>Opting out</Title>
        <StatusBadge {...OPT_OUTS[optOut.status]} />
      </Group>
      <Quote turn={optOut.turn} quote={optOut.quote} onShow={onShow} />
      {optOut.status === "needs_review" && (
        <>
          <Text size="sm" mt="sm">
            Did they ask not to be called again? If so, no agent of yours calls them from now on.
          </Text>
          {decide.error && (
            <Alert color="red" variant="light" role="alert" mt="sm">
              {explain(decide.error).detail}
            </Alert>
          )}
          <Group mt="sm">
            <Button loading={decide.isPending} onClick={() => decide.mutate(true)}>
              Yes, do not call
            </Button>
            <Button
              variant="default"
              disabled={decide.isPending}
              onClick={() => decide.mutate(false)}
            >
              No, they did not
            </Button>
          </Group>
        </>
      )}
    </Card>
  );
}
