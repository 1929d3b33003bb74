import { Anchor, Button, Card, Group, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import {
  IconAlertCircle,
  IconCircle,
  IconCircleCheckFilled,
  IconCircleDotFilled,
  IconCircleMinus,
  IconPhoneEnd,
  IconTrash,
  IconX,
} from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type CallDetail, callKeys, cancelCall, stopCall } from "@/api/calls";
import { deleteCall } from "@/api/retention";
import { Asked } from "@/parts/Asked";
import { Duration } from "@/parts/Duration";
import { Instant } from "@/parts/Instant";
import { otherParty } from "@/parts/party";
import { formatPhone } from "@/parts/phone";
import { isOpen } from "@/parts/statuses";
import { plainly } from "@/parts/time";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { useCallName } from "@/features/agents/useCallName";
import { AssigneePicker } from "@/features/assignment/AssigneePicker";
import { SuppressDialog } from "@/features/compliance/SuppressDialog";
import { lastList } from "@/features/call-list/lastList";
import { UNNAMED } from "@/parts/Unnamed";
import { useTitle } from "@/parts/title";
import { humanise } from "@/parts/words";
import { useIsManager } from "@/features/session/useUser";
import classes from "./Call.module.css";
import { type Step, stepsOfCall } from "./steps";
import { useOutlook } from "@/features/record/useOutlook";

export function CallHeader({ call }: { call: CallDetail }) {
  const agentName = useAgentNames();
  const outlook = useOutlook(call);
  const number = otherParty(call);
  const about = useCallName()(call);
  const phone = number ? formatPhone(number) : UNNAMED[call.source];
  const name = about ?? phone;
  const isUpload = call.source === "upload";
  useTitle(name);
  return (
    <Card mb="lg" padding="lg" component="section" aria-label="Call">
      <Anchor
        size="sm"
        c="dimmed"
        renderRoot={(props) => <Link {...props} to="/calls" search={lastList()} />}
      >
        All calls
      </Anchor>
      <Group justify="space-between" align="flex-start" mt={4}>
        <div>
          <Title order={1} className="figures">
            {name}
          </Title>
          <Text c="dimmed" size="sm" mt={2}>
            {about && <span className="figures">{phone} · </span>}
            {call.source === "inbound" ? "Called" : "With"} {agentName(call.agent_id)}
            {call.agent_version !== null && `, version ${call.agent_version}`} ·{" "}
            {isUpload ? "recorded" : "placed"}{" "}
            <Instant at={isUpload ? (call.started_at ?? call.created_at) : call.created_at} />
            {["scheduled", "canceled"].includes(call.status) && call.scheduled_at && (
              <>
                {" "}
                ·{" "}
                <Text span inherit fw={600} c="var(--mantine-color-text)">
                  Scheduled for {plainly(call.scheduled_at)}
                </Text>
              </>
            )}
            {call.answered_by !== "unknown" &&
              !isUpload &&
              ` · answered by ${ANSWERED_BY[call.answered_by]}`}
          </Text>
        </div>
        <Group gap="lg">
          <Text fz={26} fw={620} lts="-0.02em">
            <Duration ms={call.duration_ms} since={isOpen(call.status) ? call.started_at : null} />
          </Text>
          <AssigneePicker call={call} />
          <CallNoMore call={call} />
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
  quiet: IconCircleMinus,
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
  if (call.waiting_for)
    return (
      <Text mt="sm" size="sm" role="status">
        {call.waiting_for.detail}
      </Text>
    );
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
  };
  const stop = useMutation({ mutationFn: () => stopCall(call.id), ...options });
  const cancel = useMutation({ mutationFn: () => cancelCall(call.id), ...options });
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => deleteCall(call.id),
    onSuccess: async () => {
      await navigate({ to: "/calls" });
      client.removeQueries({ queryKey: callKeys.one(call.id) });
      await client.invalidateQueries({ queryKey: callKeys.lists });
      notifications.show({ message: "The call is deleted. Retell’s copy follows." });
    },
  });
  if (!isManager) return null;
  // Keyed: one question is not answered where another was asked.
  if (call.status === "in_progress")
    return (
      <Asked
        key="stop"
        question="Hang up this call?"
        effect="The person on the phone is cut off at once."
        act="Hang up"
        color="red"
        icon={<IconPhoneEnd size={17} aria-hidden />}
        doing={stop}
      />
    );
  if (call.status === "queued" || call.status === "scheduled")
    return (
      <Asked
        key="cancel"
        question="Cancel this call?"
        effect="It will not be dialed. You can place it again later."
        act="Cancel call"
        doing={cancel}
      />
    );
  if (call.status === "dialing") return null;
  return (
    <Asked
      key="delete"
      question="Delete this call?"
      effect="Its transcript, record, scores, recording and Retell’s copy go with it. This cannot be undone."
      act="Delete"
      color="red"
      icon={<IconTrash size={17} aria-hidden />}
      doing={remove}
    />
  );
}

/** Whoever hears that somebody wants no more calls enters it where it was said. */
function CallNoMore({ call }: { call: CallDetail }) {
  const [isAsking, asking] = useDisclosure(false);
  const number = otherParty(call);
  if (!number || call.source === "upload" || call.source === "web") return null;
  return (
    <>
      <Button variant="default" onClick={asking.open}>
        Do not call again
      </Button>
      <SuppressDialog opened={isAsking} onClose={asking.close} call={{ id: call.id, number }} />
    </>
  );
}
