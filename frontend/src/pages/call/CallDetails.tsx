import { Card, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import type { CallDetail } from "@/api/calls";
import { Absent, Instant } from "@/parts/Instant";
import { formatCents, formatCount } from "@/parts/money";
import { PhoneNumber } from "@/parts/PhoneNumber";
import { humanise } from "@/parts/words";
import classes from "./Call.module.css";

/** Everything else about the call: times, numbers, costs, and what it was placed with. */
export function CallDetails({ call }: { call: CallDetail }) {
  const { cost, record } = call;
  return (
    <Stack gap="md">
      <Facts
        title="Costs"
        facts={{
          "Total (Retell)": cents(cost?.combined_cents),
          Telephony: cents(cost?.telephony_cents),
          "Language model of the call": cents(cost?.llm_cents),
          "Voice and other": cents(cost?.other_cents),
          Extraction: cents(record?.cost_cents),
          "Tokens for the record": tokensOf(record),
        }}
      />
      <Facts
        title="Call"
        facts={{
          To: <PhoneNumber number={call.to_number} />,
          From: <PhoneNumber number={call.from_number} />,
          Source: humanise(call.source),
          "Scheduled for": call.scheduled_at && <Instant at={call.scheduled_at} />,
          Started: call.started_at && <Instant at={call.started_at} />,
          Ended: call.ended_at && <Instant at={call.ended_at} />,
          "Reason for ending": call.status_reason && humanise(call.status_reason),
          Sentiment: call.sentiment && humanise(call.sentiment),
          "Call id": <span className="mono">{call.id}</span>,
          "Call id at Retell": call.retell_call_id && (
            <span className="mono">{call.retell_call_id}</span>
          ),
        }}
      />
      <Facts title="Variables" facts={call.variables} />
      <Facts title="Collected during the call" facts={call.collected_variables} />
      <Tools uses={call.tool_uses} />
      <Facts
        title="Metadata"
        facts={Object.fromEntries(
          Object.entries(call.metadata).map(([name, value]) => [name, asText(value)]),
        )}
      />
    </Stack>
  );
}

function Tools({ uses }: { uses: CallDetail["tool_uses"] }) {
  if (uses.length === 0) return null;
  return (
    <Card component="section" aria-label="Tools used">
      <Title order={2} mb="sm">
        Tools used
      </Title>
      <Stack component="ol" gap="sm" m={0} pl="md">
        {uses.map((use, index) => (
          <li key={index}>
            <Text fw={560}>
              {use.name}
              {use.successful === false && ", failed"}
            </Text>
            <Text size="sm" className="mono" style={{ overflowWrap: "anywhere" }}>
              {use.arguments}
            </Text>
            <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
              {use.result ?? "No result was told."}
            </Text>
          </li>
        ))}
      </Stack>
    </Card>
  );
}

function Facts({ title, facts }: { title: string; facts: Record<string, ReactNode> }) {
  const entries = Object.entries(facts);
  if (entries.length === 0) return null;
  return (
    <Card component="section" aria-label={title}>
      <Title order={2} mb="sm">
        {title}
      </Title>
      <dl className={classes.facts}>
        {entries.map(([name, value]) => (
          <div key={name} style={{ display: "contents" }}>
            <dt>{name}</dt>
            <dd>{value ?? <Absent />}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

function cents(value: number | null | undefined): ReactNode {
  return value == null ? null : <span className="figures">{formatCents(value)}</span>;
}

function tokensOf(record: CallDetail["record"]): ReactNode {
  if (record?.input_tokens == null) return null;
  return `${formatCount(record.input_tokens)} in, ${formatCount(record.output_tokens ?? 0)} out`;
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
