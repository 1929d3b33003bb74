import { Checkbox, Table, Text, UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { CallOrder } from "@/api/callFilters";
import type { CallSummary } from "@/api/calls";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { useCallName } from "@/features/agents/useCallName";
import { Assigned } from "@/features/assignment/Assigned";
import { Duration } from "@/parts/Duration";
import { Absent, Instant } from "@/parts/Instant";
import { formatCents } from "@/parts/money";
import { otherParty } from "@/parts/party";
import { formatPhone } from "@/parts/phone";
import { UNNAMED, Unnamed } from "@/parts/Unnamed";
import { CallStatusBadge, RecordStatusBadge } from "@/parts/StatusBadge";
import { humanise } from "@/parts/words";
import cards from "@/parts/cardTable.module.css";
import { cellOf } from "./columns";
import classes from "./CallTable.module.css";

interface Props {
  calls: CallSummary[];
  /** Variables and record fields to show beside the usual. */
  columns: readonly { id: string; label: string }[];
  /** Ids of the chosen ones; null when nothing can be done with several. */
  chosen: ReadonlySet<string> | null;
  onChoose: (ids: ReadonlySet<string>) => void;
  order: CallOrder;
  onOrder: (order: CallOrder) => void;
}

export function CallTable({ calls, columns, chosen, onChoose, order, onOrder }: Props) {
  const sorting = { order, onOrder };
  const all = chosen !== null && calls.length > 0 && calls.every(({ id }) => chosen.has(id));
  return (
    <div className={cards.frame}>
      <Table
        highlightOnHover
        className={`${cards.table} ${classes.table}`}
        style={{ "--extra": `${columns.length * 140}px` }}
      >
        <Table.Thead>
          <Table.Tr>
            {chosen && (
              <Table.Th w={42}>
                <Checkbox
                  size="xs"
                  aria-label="Select all calls shown"
                  checked={all}
                  indeterminate={!all && chosen.size > 0}
                  onChange={() => onChoose(new Set(all ? [] : calls.map(({ id }) => id)))}
                />
              </Table.Th>
            )}
            <Table.Th w={216}>Call</Table.Th>
            <Table.Th w={130}>Status</Table.Th>
            <Table.Th w={136}>Record</Table.Th>
            {columns.map(({ id, label }) => (
              <Table.Th key={id} w={140}>
                {label}
              </Table.Th>
            ))}
            <Table.Th>Summary</Table.Th>
            <Sortable w={124} label="Placed" orders={["newest", "oldest"]} {...sorting} />
            <Sortable w={92} label="Length" orders={["longest", "shortest"]} isRight {...sorting} />
            <Table.Th w={84} ta="right">
              Cost
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {calls.map((call) => (
            <CallRow
              key={call.id}
              call={call}
              columns={columns}
              isChosen={chosen?.has(call.id) ?? null}
              onChoose={(isChosen) => {
                const ids = new Set(chosen);
                if (isChosen) ids.add(call.id);
                else ids.delete(call.id);
                onChoose(ids);
              }}
            />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

interface SortableProps extends Pick<Props, "order" | "onOrder"> {
  label: string;
  w: number;
  isRight?: boolean;
  /** First the one by which most look. */
  orders: readonly [descending: CallOrder, ascending: CallOrder];
}

/** A heading that sorts by its column; pressed again, the other way round. */
function Sortable({ label, w, isRight = false, orders, order, onOrder }: SortableProps) {
  const [descending, ascending] = orders;
  const isSorted = orders.includes(order);
  const Icon = order === ascending ? IconChevronUp : IconChevronDown;
  return (
    <Table.Th
      w={w}
      ta={isRight ? "right" : "left"}
      aria-sort={isSorted ? (order === ascending ? "ascending" : "descending") : "none"}
    >
      <UnstyledButton
        fz="inherit"
        fw="inherit"
        c="inherit"
        style={{ whiteSpace: "nowrap" }}
        onClick={() => onOrder(order === descending ? ascending : descending)}
      >
        {label}
        <Icon
          size={13}
          aria-hidden
          style={{ verticalAlign: "-2px", visibility: isSorted ? "visible" : "hidden" }}
        />
      </UnstyledButton>
    </Table.Th>
  );
}

interface RowProps {
  call: CallSummary;
  columns: Props["columns"];
  isChosen: boolean | null;
  onChoose: (isChosen: boolean) => void;
}

function CallRow({ call, columns, isChosen, onChoose }: RowProps) {
  const agentName = useAgentNames();
  const name = useCallName()(call);
  const number = otherParty(call);
  const cents = call.cost?.combined_cents;
  return (
    <Table.Tr
      className={`${cards.row} ${classes.row}`}
      bg={isChosen ? "var(--surface-sunken)" : undefined}
    >
      {isChosen !== null && (
        <Table.Td className={classes.choice}>
          <Checkbox
            size="xs"
            aria-label={`Select the call ${name ?? (number ? formatPhone(number) : UNNAMED[call.source])}`}
            checked={isChosen}
            onChange={(event) => onChoose(event.currentTarget.checked)}
          />
        </Table.Td>
      )}
      <Table.Td className={classes.who}>
        <Link to="/calls/$callId" params={{ callId: call.id }} className={classes.link}>
          {name ?? <Unnamed call={call} />}
        </Link>
        <Text size="xs" c="dimmed" truncate>
          {name && number && <span className="figures">{formatPhone(number)} · </span>}
          {agentName(call.agent_id)}
        </Text>
      </Table.Td>
      <Table.Td>
        <CallStatusBadge status={call.status} />
      </Table.Td>
      <Table.Td>
        {call.record_status ? (
          <RecordStatusBadge status={call.record_status} />
        ) : (
          <Absent label="no record" />
        )}
        {call.assigned_to && (
          <div style={{ marginTop: 4 }}>
            <Assigned to={call.assigned_to} />
          </div>
        )}
      </Table.Td>
      {columns.map(({ id, label }) => (
        <Table.Td key={id} className={`${cards.wide} ${classes.extra}`} data-label={label}>
          <Text inherit lineClamp={2}>
            {cellOf(call, id) ?? <Absent label={`no ${label}`} />}
          </Text>
        </Table.Td>
      ))}
      <Table.Td className={cards.wide}>
        <Text inherit c="dimmed" lineClamp={2}>
          {outcomeOf(call)}
        </Text>
      </Table.Td>
      <Table.Td className={`${cards.figure} ${classes.figure}`}>
        <Instant at={call.created_at} />
      </Table.Td>
      <Table.Td ta="right" className={`${cards.figure} ${classes.figure}`}>
        <Duration ms={call.duration_ms} since={call.started_at} />
      </Table.Td>
      <Table.Td ta="right" className={`${cards.figure} ${classes.figure} figures`}>
        {cents == null ? <Absent label="no cost" /> : formatCents(Math.round(cents))}
      </Table.Td>
    </Table.Tr>
  );
}

function outcomeOf({ summary, failure, status_reason, scheduled_at, status }: CallSummary) {
  if (status === "scheduled" && scheduled_at)
    return (
      <>
        Scheduled for <Instant at={scheduled_at} />
      </>
    );
  return summary ?? failure ?? (status_reason ? humanise(status_reason) : "");
}
