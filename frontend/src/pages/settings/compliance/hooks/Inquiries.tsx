import { Anchor, Group, Select, Skeleton, Table, Text, Title } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { hooksQuery, inquiriesQuery, type Inquiry, type InquiryOutcome } from "@/api/hooks";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { OlderOnes } from "@/parts/OlderOnes";
import { PhoneNumber } from "@/parts/PhoneNumber";
import { StatusBadge } from "@/parts/StatusBadge";
import { answerOf, OUTCOMES } from "./hookWords";

const CHOICES = [
  { value: "allowed", label: "Allowed" },
  { value: "refused", label: "Refused" },
  { value: "failed", label: "No answer" },
];

/** The last questions before dials, and what was answered. */
export function Inquiries() {
  const [status, setStatus] = useState<InquiryOutcome | null>(null);
  const inquiries = useInfiniteQuery(inquiriesQuery(status));
  const rows = inquiries.data?.pages.flatMap((page) => page.items) ?? [];
  if (inquiries.data && rows.length === 0 && status === null) return null;
  return (
    <>
      <Group justify="space-between" px="lg" pt="lg" pb="xs">
        <Title order={3}>What was asked</Title>
        <Select
          aria-label="Outcome"
          placeholder="All outcomes"
          clearable
          data={CHOICES}
          value={status}
          onChange={(value) => setStatus(value as InquiryOutcome | null)}
        />
      </Group>
      {inquiries.error && (
        <ErrorState error={inquiries.error} onRetry={() => void inquiries.refetch()} />
      )}
      {inquiries.isPending && <Skeleton h={90} m="lg" w="auto" />}
      {inquiries.data && rows.length === 0 && (
        <Text size="sm" c="dimmed" px="lg" pb="lg">
          None with this outcome.
        </Text>
      )}
      {rows.length > 0 && <Rows rows={rows} />}
      <OlderOnes list={inquiries} />
    </>
  );
}

function Rows({ rows }: { rows: Inquiry[] }) {
  const { data: hooks = [] } = useQuery(hooksQuery);
  const nameOf = (id: string) => hooks.find((hook) => hook.id === id)?.name ?? "Removed";
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>When</Table.Th>
            <Table.Th>Number</Table.Th>
            <Table.Th>Look-up</Table.Th>
            <Table.Th>Outcome</Table.Th>
            <Table.Th>Answer</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.id}>
              <Table.Td>
                <Instant at={row.created_at} />
              </Table.Td>
              <Table.Td>
                <Numbered row={row} />
              </Table.Td>
              <Table.Td>{nameOf(row.hook_id)}</Table.Td>
              <Table.Td>
                <StatusBadge {...OUTCOMES[row.status]} />
              </Table.Td>
              <Table.Td maw={340}>
                <Text size="xs">{answerOf(row)}</Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** The number, with the way to the call it was asked for. */
function Numbered({ row }: { row: Inquiry }) {
  if (row.call_id === null) return <PhoneNumber number={row.to_number} />;
  return (
    <Anchor
      size="sm"
      underline="always"
      renderRoot={(props) => (
        <Link {...props} to="/calls/$callId" params={{ callId: row.call_id ?? "" }} />
      )}
    >
      <PhoneNumber number={row.to_number} />
    </Anchor>
  );
}
