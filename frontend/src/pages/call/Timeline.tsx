import { Button, Card, Code, Group, Skeleton, Text, Timeline as Line } from "@mantine/core";
import { IconActivity, IconWebhook } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type TimelineEntry, timelineQuery } from "@/api/calls";
import { webhookQuery } from "@/api/webhooks";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { REFUSALS } from "@/parts/refusals";
import { humanise } from "@/parts/words";
import { useIsAdmin } from "@/features/session/useUser";
import classes from "./Call.module.css";

/** Everything that happened to the call, in order; turns of the conversation are left out. */
export function Timeline({ callId }: { callId: string }) {
  const [isFull, setIsFull] = useState(false);
  const timeline = useQuery(timelineQuery(callId));
  if (timeline.isPending) return <Skeleton height={320} radius="lg" />;
  if (timeline.isError)
    return <ErrorState error={timeline.error} onRetry={() => void timeline.refetch()} />;
  const shown = timeline.data.filter((entry) => isFull || !isTurn(entry));
  const hidden = timeline.data.length - shown.length;
  return (
    <Card>
      <Line bulletSize={26} lineWidth={2} active={shown.length}>
        {shown.map((entry) => (
          <Line.Item
            key={entry.id}
            bullet={
              entry.kind === "webhook" ? (
                <IconWebhook size={14} aria-hidden />
              ) : (
                <IconActivity size={14} aria-hidden />
              )
            }
            title={titleOf(entry)}
          >
            <Entry entry={entry} />
          </Line.Item>
        ))}
      </Line>
      {(hidden > 0 || isFull) && (
        <Button variant="subtle" size="xs" mt="md" onClick={() => setIsFull(!isFull)}>
          {isFull ? "Leave the conversation out" : `Show ${hidden} steps of the conversation`}
        </Button>
      )}
    </Card>
  );
}

function isTurn({ name }: TimelineEntry): boolean {
  return name === "transcript_updated" || name === "call.transcript_updated";
}

function titleOf({ kind, name }: TimelineEntry): string {
  if (kind === "webhook") return `Retell: ${name.replaceAll("_", " ")}`;
  return humanise(name.replace(".", " "));
}

function Entry({ entry }: { entry: TimelineEntry }) {
  return (
    <>
      <Text size="xs" c="dimmed">
        <Instant at={entry.at} />
        <Said entry={entry} />
      </Text>
      {entry.kind === "webhook" && <RawWebhook id={entry.id} />}
    </>
  );
}

function Said({ entry: { kind, data } }: { entry: TimelineEntry }) {
  const { state, repeats, error, status_reason, problems, changes, refusal, hook } = data as {
    refusal?: Refusal;
    state?: string;
    repeats?: number;
    error?: string | null;
    status_reason?: string | null;
    problems?: number;
    changes?: string[];
    hook?: string;
  };
  const parts = [
    kind === "webhook" && state,
    hook && lookedUp(data as unknown as LookUp),
    repeats ? `came ${repeats + 1} times` : null,
    error,
    status_reason && !refusal && humanise(status_reason).toLowerCase(),
    refusal && refused(refusal),
    problems ? `${problems} problems` : null,
    changes?.length ? `learned by asking: ${changes.join(", ")}` : null,
  ].filter(Boolean);
  return parts.length > 0 ? ` · ${parts.join(" · ")}` : null;
}

interface LookUp {
  hook: string;
  status: string;
  code: string | null;
  line_type: string | null;
  failure: string | null;
  open_reason: string | null;
}

/** What a look-up said before the dial. */
function lookedUp({ hook, status, code, line_type, failure, open_reason }: LookUp): string {
  const answer = [status, code, line_type && humanise(line_type).toLowerCase()];
  const passed = open_reason && `The call passed all the same: ${open_reason}`;
  return [`${hook}: ${answer.filter(Boolean).join(", ")}.`, failure, passed]
    .filter(Boolean)
    .join(" ");
}

interface Refusal {
  name: string;
  detail: string | null;
  rule: { name: string; source: string; as_of: string } | null;
}

/** Why the gate said no, by which rule and from where that is. */
function refused({ name, detail, rule }: Refusal): string {
  const by = rule && `By ${rule.name}: ${rule.source} (${rule.as_of}).`;
  return [`${REFUSALS[name] ?? humanise(name)}.`, detail, by].filter(Boolean).join(" ");
}

/** The webhook as it came over the wire, for those who look for a fault. */
function RawWebhook({ id }: { id: string }) {
  const isAdmin = useIsAdmin();
  const [isOpen, setIsOpen] = useState(false);
  const webhook = useQuery({ ...webhookQuery(id), enabled: isOpen });
  if (!isAdmin) return null;
  return (
    <>
      <Group>
        <Button
          variant="subtle"
          size="compact-xs"
          ml={-6}
          aria-expanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
        >
          {isOpen ? "Hide the webhook" : "Show the webhook"}
        </Button>
      </Group>
      {isOpen && webhook.isError && <ErrorState error={webhook.error} />}
      {isOpen && webhook.data && (
        <Code block className={classes.body} tabIndex={0}>
          {indented(webhook.data.body) ?? "Its body is no longer kept."}
        </Code>
      )}
    </>
  );
}

function indented(body: string | null): string | null {
  if (body === null) return null;
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
