import {
  Alert,
  Button,
  Card,
  Group,
  Modal,
  Select,
  Skeleton,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus, IconWritingSign } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  complianceKeys,
  type Consent,
  consentsQuery,
  giveConsent,
  revokeConsent,
  type Scope,
} from "@/api/compliance";
import { Asked } from "@/parts/Asked";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { explain } from "@/parts/explain";
import { Instant } from "@/parts/Instant";
import { OlderOnes } from "@/parts/OlderOnes";
import { PhoneNumber } from "@/parts/PhoneNumber";
import { useIsManager } from "@/features/session/useUser";
import { SCOPE_CHOICES, SCOPES } from "@/features/compliance/purposes";

const KINDS = [
  { value: "written", label: "In writing, as marketing needs it" },
  { value: "express", label: "In another way" },
];

/** Who agreed to be called: what ends an older wish not to be. */
export function Consents() {
  const list = useInfiniteQuery(consentsQuery);
  const isManager = useIsManager();
  const [isAdding, adding] = useDisclosure(false);
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card padding={0} component="section" aria-label="Consents">
      <Group justify="space-between" p="lg" pb="md">
        <Title order={2}>Consents</Title>
        {isManager && (
          <Button
            variant="default"
            leftSection={<IconPlus size={17} aria-hidden />}
            onClick={adding.open}
          >
            Enter a consent
          </Button>
        )}
      </Group>
      {list.error && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton h={120} m="lg" w="auto" />}
      {list.data && rows.length === 0 && (
        <EmptyState icon={IconWritingSign} title="No consents yet">
          Calls that sell need one where the law asks for it.
        </EmptyState>
      )}
      {rows.length > 0 && (
        <Table.ScrollContainer minWidth={720}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Number</Table.Th>
                <Table.Th>To</Table.Th>
                <Table.Th>How</Table.Th>
                <Table.Th>Agreed</Table.Th>
                <Table.Th aria-label="Revoke" />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((consent) => (
                <Row key={consent.id} consent={consent} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <OlderOnes list={list} />
      <Modal opened={isAdding} onClose={adding.close} title="Enter a consent">
        <ConsentForm onClose={adding.close} />
      </Modal>
    </Card>
  );
}

function Row({ consent }: { consent: Consent }) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeConsent(consent.id),
    onSuccess: () => client.invalidateQueries({ queryKey: complianceKeys.suppressions }),
  });
  return (
    <Table.Tr>
      <Table.Td>
        <PhoneNumber number={consent.to_number} />
      </Table.Td>
      <Table.Td>{SCOPES[consent.purpose]}</Table.Td>
      <Table.Td maw={320}>
        {consent.kind === "written" ? "In writing" : "Expressly"} · {consent.source}
      </Table.Td>
      <Table.Td>
        <Instant at={consent.given_at} />
      </Table.Td>
      <Table.Td ta="right">
        {consent.revoked_at ? (
          <Text size="sm" c="dimmed">
            revoked <Instant at={consent.revoked_at} />
          </Text>
        ) : (
          <Asked
            size="compact-xs"
            question="Revoke this consent?"
            effect="They took it back: what they had agreed to is not called any more, from now on."
            act="Revoke"
            color="red"
            doing={revoke}
          />
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function ConsentForm({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [number, setNumber] = useState("");
  const [purpose, setPurpose] = useState<Scope>("marketing");
  const [kind, setKind] = useState<Consent["kind"]>("written");
  const [source, setSource] = useState("");
  const give = useMutation({
    mutationFn: () => giveConsent({ to_number: number, purpose, kind, source }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: complianceKeys.suppressions });
      onClose();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        give.mutate();
      }}
    >
      <Stack>
        <TextInput
          label="Phone number"
          placeholder="+14155550100"
          required
          value={number}
          onChange={(event) => setNumber(event.currentTarget.value)}
        />
        <Select
          label="To"
          allowDeselect={false}
          data={SCOPE_CHOICES}
          value={purpose}
          onChange={(value) => value && setPurpose(value)}
        />
        <Select
          label="How they agreed"
          allowDeselect={false}
          data={KINDS}
          value={kind}
          onChange={(value) => value && setKind(value as Consent["kind"])}
        />
        <TextInput
          label="Where it can be shown"
          placeholder="Form of 3 November 2026"
          required
          maxLength={200}
          value={source}
          onChange={(event) => setSource(event.currentTarget.value)}
        />
        {give.error && (
          <Alert color="red" variant="light" role="alert">
            {explain(give.error).detail}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Back
          </Button>
          <Button
            type="submit"
            loading={give.isPending}
            disabled={!number.trim() || !source.trim()}
          >
            Enter it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
