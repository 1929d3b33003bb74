import { Table, Text } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import type { CallSummary } from "@/api/calls";
import { Duration } from "@/parts/Duration";
import { Absent, Instant } from "@/parts/Instant";
import { formatCents } from "@/parts/money";
import { otherParty } from "@/parts/party";
import { PhoneNumber } from "@/parts/PhoneNumber";
import { CallStatusBadge, RecordStatusBadge } from "@/parts/StatusBadge";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { humanise } from "@/parts/words";
import classes from "./CallTable.module.css";

export function CallTable({ calls }: { calls: CallSummary[] }) {
  return (
    <Table.ScrollContainer minWidth={980}>
      <Table highlightOnHover className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={130}>Status</Table.Th>
            <Table.Th w={136}>Record</Table.Th>
            <Table.Th w={184}>Number and agent</Table.Th>
            <Table.Th>What happened</Table.Th>
            <Table.Th w={124}>Placed</Table.Th>
            <Table.Th w={72} ta="right">
              Length
            </Table.Th>
            <Table.Th w={72} ta="right">
              Cost
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {calls.map((call) => (
            <CallRow key={call.id} call={call} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function CallRow({ call }: { call: CallSummary }) {
  const navigate = useNavigate();
  const agentName = useAgentNames();
  const to = { to: "/calls/$callId", params: { callId: call.id } } as const;
  const cents = call.cost?.combined_cents;
  return (
    // The link in the row is what keyboards reach; the row only makes it larger for pointers.
    <Table.Tr className={classes.row} onClick={() => void navigate(to)}>
      <Table.Td>
        <CallStatusBadge status={call.status} />
      </Table.Td>
      <Table.Td>
        {call.record_status ? (
          <RecordStatusBadge status={call.record_status} />
        ) : (
          <Absent label="no record" />
        )}
      </Table.Td>
      <Table.Td>
        <Link {...to} className={classes.link} onClick={(event) => event.stopPropagation()}>
          <PhoneNumber number={otherParty(call)} />
        </Link>
        <Text size="xs" c="dimmed" truncate>
          {agentName(call.agent_id)}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text inherit c="dimmed" lineClamp={2}>
          {outcomeOf(call)}
        </Text>
      </Table.Td>
      <Table.Td style={{ whiteSpace: "nowrap" }}>
        <Instant at={call.created_at} />
      </Table.Td>
      <Table.Td ta="right">
        <Duration ms={call.duration_ms} since={call.started_at} />
      </Table.Td>
      <Table.Td ta="right" className="figures">
        {cents == null ? <Absent label="no cost" /> : formatCents(Math.round(cents))}
      </Table.Td>
    </Table.Tr>
  );
}

function outcomeOf({ summary, failure, status_reason, scheduled_at, status }: CallSummary) {
  if (status === "scheduled" && scheduled_at)
    return (
      <>
        For <Instant at={scheduled_at} />
      </>
    );
  return summary ?? failure ?? (status_reason ? humanise(status_reason) : "");
}
