import { Anchor, Button, Card, Group, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import {
  IconAlertCircle,
  IconCircle,
  IconCircleCheckFilled,
  IconCircleDotFilled,
  IconPhoneEnd,
  IconX,
} from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type CallDetail, callKeys, cancelCall, stopCall } from "@/api/calls";
import { explain } from "@/parts/explain";
import { Duration } from "@/parts/Duration";
import { Instant } from "@/parts/Instant";
import { otherParty } from "@/parts/party";
import { formatPhone } from "@/parts/phone";
import { isOpen } from "@/parts/statuses";
import { plainly } from "@/parts/time";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { humanise } from "@/parts/words";
import { useIsManager } from "@/features/session/useUser";
import classes from "./Call.module.css";
import { type Step, stepsOfCall } from "./steps";
import { useOutlook } from "@/features/record/useOutlook";

export function CallHeader({ call }: { call: CallDetail }) {
  const agentName = useAgentNames();
  const outlook = useOutlook(call);
  const number = otherParty(call);
  const name = number ? formatPhone(number) : call.source === "upload" ? "Recording" : "Web call";
  useDocumentTitle(`${name} · Ringback`);
  return (
    <Card mb="lg" padding="lg" component="section" aria-label="Call">
      <Anchor component={Link} to="/calls" size="sm" c="dimmed">
        All calls
      </Anchor>
      <Group justify="space-between" align="flex-start" mt={4}>
        <div>
          <Title order={1} className="figures">
            {name}
          </Title>
          <Text c="dimmed" size="sm" mt={2}>
            {call.source === "inbound" ? "Called" : "With"} {agentName(call.agent_id)}
            {call.agent_version !== null && `, version ${call.agent_version}`} · placed{" "}
            <Instant at={call.created_at} />
            {call.status === "scheduled" && call.scheduled_at && (
              <>
                {" "}
                ·{" "}
                <Text span inherit fw={600} c="var(--mantine-color-text)">
                  Scheduled for {plainly(call.scheduled_at)}
                </Text>
              </>
            )}
            {call.answered_by !== "unknown" && ` · answered by ${ANSWERED_BY[call.answered_by]}`}
          </Text>
        </div>
        <Group gap="lg">
          <Text fz={26} fw={620} lts="-0.02em">
            <Duration ms={call.duration_ms} since={isOpen(call.status) ? call.started_at : null} />
          </Text>
          <Actions call={call} />
        </Group>
      </Group>
      <ol
        className={classes.steps}
        style={{ marginTop: 18 }}
        aria-label="How far the call has come"
      >
        {stepsOfCall(call, outlook).map((step) => (
          <StepLine key={step.label} {...step} />
        ))}
      </ol>
      <WhyNot call={call} />
      {call.summary && (
        <Text mt="md" maw={900}>
          {call.summary}
        </Text>
      )}
    </Card>
  );
}

const ANSWERED_BY: Record<CallDetail["answered_by"], string> = {
  human: "a person",
  voicemail: "voicemail",
  screening: "a call screener",
  ivr: "a phone menu",
  nobody: "nobody",
  unknown: "somebody",
};

const STEP_ICONS = {
  done: IconCircleCheckFilled,
  now: IconCircleDotFilled,
  ahead: IconCircle,
  bad: IconX,
  attention: IconAlertCircle,
};

function StepLine({ label, state }: Step) {
  const Icon = STEP_ICONS[state];
  return (
    <li
      className={classes.step}
      data-state={state}
      aria-current={state === "now" ? "step" : undefined}
    >
      <Icon size={17} aria-hidden />
      {label}
    </li>
  );
}

function WhyNot({ call }: { call: CallDetail }) {
  if (call.status !== "failed" && call.status !== "not_connected") return null;
  const reason = call.failure ?? (call.status_reason && `${humanise(call.status_reason)}.`);
  return reason ? (
    <Text mt="sm" size="sm">
      {reason}
    </Text>
  ) : null;
}

function Actions({ call }: { call: CallDetail }) {
  const isManager = useIsManager();
  const client = useQueryClient();
  const options = {
    onSuccess: () => client.invalidateQueries({ queryKey: callKeys.one(call.id) }),
    onError: (error: Error) =>
      notifications.show({ color: "red", ...messageOf(error), autoClose: 8000 }),
  };
  const stop = useMutation({ mutationFn: () => stopCall(call.id), ...options });
  const cancel = useMutation({ mutationFn: () => cancelCall(call.id), ...options });
  if (!isManager) return null;
  if (call.status === "in_progress")
    return (
      <Button
        color="red"
        variant="light"
        leftSection={<IconPhoneEnd size={17} aria-hidden />}
        loading={stop.isPending}
        onClick={() => stop.mutate()}
      >
        Hang up
      </Button>
    );
  if (call.status === "queued" || call.status === "scheduled")
    return (
      <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
        Cancel the call
      </Button>
    );
  return null;
}

function messageOf(error: Error) {
  const { title, detail } = explain(error);
  return { title, message: detail };
}
