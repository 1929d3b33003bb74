import {
  Anchor,
  Card,
  Group,
  Select,
  Skeleton,
  Table,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconHistory } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { apiKeysQuery, type AuditEntry, auditQuery, usersQuery } from "@/api/accounts";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { usePersonNames } from "@/features/session/usePersonNames";
import { DaySelect } from "@/parts/days/DaySelect";
import { type Days, spanOf } from "@/parts/days/spans";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { OlderOnes } from "@/parts/OlderOnes";
import { humanise } from "@/parts/words";

/** Who did what, and from where. */
export function AuditLog() {
  const [action, setAction] = useState("");
  const [wanted] = useDebouncedValue(asAction(action), 300);
  const [actor, setActor] = useState<string | null>(null);
  const people = useQuery(usersQuery);
  const keys = useQuery(apiKeysQuery);
  const nameOf = usePersonNames();
  const [days, setDays] = useState<Days>({});
  const log = useInfiniteQuery(auditQuery({ action: wanted, actor: actor ?? undefined, ...days }));
  const isFiltered = wanted !== "" || actor !== null || spanOf(days) !== null;
  const entries = log.data?.pages.flatMap((page) => page.items);
  return (
    <Card padding={0} component="section">
      <Group justify="space-between" p="lg" pb="md">
        <Title order={2}>Audit log</Title>
        <Group gap="xs" role="search" aria-label="Audit log">
          <DaySelect
            label="Done"
            days={days}
            onChange={(part) => setDays((before) => ({ ...before, ...part }))}
          />
          <Select
            aria-label="Only by"
            placeholder="Anyone"
            clearable
            searchable
            w={200}
            data={[
              ...(people.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
              ...(keys.data?.items ?? []).map(({ id, name }) => ({
                value: id,
                label: `Key: ${name}`,
              })),
            ]}
            value={actor}
            onChange={setActor}
          />
          <TextInput
            aria-label="Only this action"
            placeholder="Action, e.g. publish"
            w={200}
            value={action}
            onChange={({ currentTarget: { value } }) => setAction(value)}
          />
        </Group>
      </Group>
      {log.error && <ErrorState error={log.error} onRetry={() => void log.refetch()} />}
      {log.isPending && <Skeleton h={280} m="lg" w="auto" />}
      {entries?.length === 0 && (
        <EmptyState icon={IconHistory} title={isFiltered ? "No entry matches" : "No entries"}>
          {isFiltered
            ? "Take a filter away to see more."
            : "Logins, and whatever changes something, are written down here."}
        </EmptyState>
      )}
      {entries && entries.length > 0 && (
        <Table.ScrollContainer minWidth={720}>
          <Table highlightOnHover>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>When</Table.Th>
                <Table.Th>Who</Table.Th>
                <Table.Th>What</Table.Th>
                <Table.Th>To what</Table.Th>
                <Table.Th>Details</Table.Th>
                <Table.Th>From</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {entries.map((entry) => (
                <Table.Tr key={entry.id}>
                  <Table.Td>
                    <Instant at={entry.at} />
                  </Table.Td>
                  <Table.Td>{entry.actor_name}</Table.Td>
                  <Table.Td fw={560}>{humanise(entry.action)}</Table.Td>
                  <Table.Td>
                    <ToWhat entry={entry} />
                  </Table.Td>
                  <Table.Td>
                    <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                      {detailsOf(entry, nameOf)}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    <span className="mono">{entry.address ?? "–"}</span>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <OlderOnes list={log} />
    </Card>
  );
}

/** What an entry says beside who, what and when; people by their names. */
function detailsOf({ details }: AuditEntry, nameOf: (id: string) => string | null): string {
  return Object.entries(details)
    .map(([name, value]) => {
      if (name !== "user_id") return `${humanise(name)}: ${String(value)}`;
      return `To: ${typeof value === "string" ? (nameOf(value) ?? `…${value.slice(-6)}`) : "nobody"}`;
    })
    .join(" · ");
}

/** What people type as actions are named: `Publish agent` is `publish_agent`. */
function asAction(typed: string): string {
  return typed.trim().toLowerCase().replaceAll(/\s+/g, "_");
}

const ABOUT_AGENTS = [
  "create_agent",
  "import_agent",
  "update_agent",
  "publish_agent",
  "archive_agent",
  "unarchive_agent",
  "restore_version",
  "import_from_retell",
  "overwrite_retell",
  "preview_extraction",
  "chat_with_agent",
];
const ABOUT_CALLS = [
  "place_call",
  "open_call_from_browser",
  "cancel_call",
  "assign_call",
  "stop_call",
  "correct_record",
  "approve_record",
  "extract_again",
  "reopen_record",
];

/** The object by its name, with the way to it where it has a page. */
function ToWhat({ entry: { action, object_id: id } }: { entry: AuditEntry }) {
  const agentName = useAgentNames();
  const people = useQuery(usersQuery);
  const keys = useQuery(apiKeysQuery);
  if (id === null) return "–";
  if (ABOUT_AGENTS.includes(action))
    return (
      <Anchor
        inherit
        renderRoot={(props) => <Link {...props} to="/agents/$agentId" params={{ agentId: id }} />}
      >
        {agentName(id)}
      </Anchor>
    );
  if (ABOUT_CALLS.includes(action))
    return (
      <Anchor
        inherit
        title={id}
        renderRoot={(props) => <Link {...props} to="/calls/$callId" params={{ callId: id }} />}
      >
        Call …{id.slice(-6)}
      </Anchor>
    );
  const person = people.data?.items.find((each) => each.id === id)?.name;
  const key = keys.data?.items.find((each) => each.id === id)?.name;
  return (
    <span title={id} style={{ overflowWrap: "anywhere" }}>
      {person ?? key ?? `…${id.slice(-6)}`}
    </span>
  );
}
