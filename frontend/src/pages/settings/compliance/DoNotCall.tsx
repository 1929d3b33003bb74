import {
  Anchor,
  Button,
  Card,
  Group,
  Skeleton,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDownload, IconPhoneOff, IconPlus, IconUpload } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type Suppression, suppressionsQuery } from "@/api/compliance";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { OlderOnes } from "@/parts/OlderOnes";
import { PhoneNumber } from "@/parts/PhoneNumber";
import { StatusBadge } from "@/parts/StatusBadge";
import { humanise } from "@/parts/words";
import { useIsManager } from "@/features/session/useUser";
import { CheckNumber } from "./CheckNumber";
import { Consents } from "./Consents";
import { ImportDialog } from "./ImportDialog";
import { SCOPES } from "@/features/compliance/purposes";
import { SuppressDialog } from "@/features/compliance/SuppressDialog";

/** Who is not to be called and who agreed to be. Nothing is ever deleted here. */
export function DoNotCall() {
  return (
    <Stack>
      <CheckNumber />
      <Suppressions />
      <Consents />
    </Stack>
  );
}

function Suppressions() {
  const [q, setQ] = useState("");
  const list = useInfiniteQuery(suppressionsQuery(q.replace(/\D/g, "")));
  const isManager = useIsManager();
  const [isAdding, adding] = useDisclosure(false);
  const [isImporting, importing] = useDisclosure(false);
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card padding={0} component="section" aria-label="Do not call">
      <Group justify="space-between" p="lg" pb="md">
        <Title order={2}>Do not call</Title>
        <Group gap="xs">
          {isManager && (
            <>
              <Button
                component="a"
                href="/api/v1/suppressions/export"
                variant="default"
                leftSection={<IconDownload size={17} aria-hidden />}
              >
                Export
              </Button>
              <Button
                variant="default"
                leftSection={<IconUpload size={17} aria-hidden />}
                onClick={importing.open}
              >
                Import a list
              </Button>
            </>
          )}
          <Button leftSection={<IconPlus size={17} aria-hidden />} onClick={adding.open}>
            Add a number
          </Button>
        </Group>
      </Group>
      <TextInput
        px="lg"
        pb="md"
        aria-label="Digits of the number"
        placeholder="Digits of the number, such as 0100"
        value={q}
        maxLength={32}
        onChange={(event) => setQ(event.currentTarget.value)}
      />
      {list.error && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton h={160} m="lg" w="auto" />}
      {list.data && rows.length === 0 && (
        <EmptyState icon={IconPhoneOff} title={q ? "No such number" : "Nobody asked yet"}>
          Whoever asks not to be called again is entered here, and every call to them is refused.
        </EmptyState>
      )}
      {rows.length > 0 && <Rows rows={rows} />}
      <OlderOnes list={list} />
      <SuppressDialog opened={isAdding} onClose={adding.close} />
      <ImportDialog opened={isImporting} onClose={importing.close} />
    </Card>
  );
}

function Rows({ rows }: { rows: Suppression[] }) {
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Number</Table.Th>
            <Table.Th>For</Table.Th>
            <Table.Th>Asked</Table.Th>
            <Table.Th>Whence</Table.Th>
            <Table.Th>State</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.id}>
              <Table.Td>
                <PhoneNumber number={row.to_number} />
              </Table.Td>
              <Table.Td>{SCOPES[row.scope]}</Table.Td>
              <Table.Td>
                <Instant at={row.asked_at} />
              </Table.Td>
              <Table.Td maw={360}>
                <Whence row={row} />
              </Table.Td>
              <Table.Td>
                {row.ended_at ? (
                  <StatusBadge label="Ended by consent" tone="quiet" />
                ) : (
                  <StatusBadge label="Not called" tone="bad" />
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Whence({ row }: { row: Suppression }) {
  return (
    <>
      <Text size="sm">
        {humanise(row.source)}
        {row.call_id && (
          <>
            {" · "}
            <Anchor
              inherit
              renderRoot={(props) => (
                <Link {...props} to="/calls/$callId" params={{ callId: row.call_id ?? "" }} />
              )}
            >
              the call
            </Anchor>
          </>
        )}
      </Text>
      {(row.quote ?? row.reason) && (
        <Text size="xs" c="dimmed">
          {row.quote ? `“${row.quote}”` : row.reason}
        </Text>
      )}
    </>
  );
}
