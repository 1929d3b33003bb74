import { Anchor, Button, Card, Group, Select, Skeleton, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type RuleInForce, rulesQuery } from "@/api/compliance";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { StatusBadge } from "@/parts/StatusBadge";
import { useIsAdmin } from "@/features/session/useUser";
import { RuleDialog } from "./RuleDialog";
import { placeOf, wordsOf } from "./ruleWords";

/** The rules that bind calls, each with where it is from, and what was made of it here. */
export function Rules() {
  const rules = useQuery(rulesQuery);
  const [country, setCountry] = useState<string | null>("US");
  const [changed, setChanged] = useState<RuleInForce | null>(null);
  const all = rules.data?.items ?? [];
  const countries = [...new Set(all.map(({ rule }) => rule.country ?? ""))].filter(Boolean).sort();
  const shown = all.filter(
    ({ rule, is_own }) => country === null || is_own || rule.country === country,
  );
  return (
    <Card padding={0} component="section" aria-label="Calling rules">
      <Group justify="space-between" p="lg" pb="md">
        <div>
          <Title order={2}>Calling rules</Title>
          <Text size="sm" c="dimmed" mt={2}>
            When, how often and with whose consent numbers are called. They bind calls that sell,
            unless you bind more. This is not legal advice.
          </Text>
        </div>
        <Select
          aria-label="Country"
          placeholder="All countries"
          clearable
          data={countries}
          value={country}
          onChange={setCountry}
        />
      </Group>
      {rules.error && <ErrorState error={rules.error} onRetry={() => void rules.refetch()} />}
      {rules.isPending && <Skeleton h={240} m="lg" w="auto" />}
      {shown.length > 0 && <Rows rows={shown} onChange={setChanged} />}
      {changed && <RuleDialog shown={changed} onClose={() => setChanged(null)} />}
    </Card>
  );
}

function Rows({ rows, onChange }: { rows: RuleInForce[]; onChange: (rule: RuleInForce) => void }) {
  const isAdmin = useIsAdmin();
  return (
    <Table.ScrollContainer minWidth={820}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Where</Table.Th>
            <Table.Th>Rule</Table.Th>
            <Table.Th>Binds</Table.Th>
            <Table.Th>Source</Table.Th>
            <Table.Th aria-label="Change" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.rule.name}>
              <Table.Td>{placeOf(row.rule)}</Table.Td>
              <Table.Td>
                <Text size="sm">{wordsOf(row.rule)}</Text>
                <Own row={row} />
              </Table.Td>
              <Table.Td>{row.rule.purposes.join(", ") || "nothing"}</Table.Td>
              <Table.Td maw={340}>
                <Text size="xs">
                  {row.rule.source} ({row.rule.as_of})
                </Text>
              </Table.Td>
              <Table.Td ta="right">
                {isAdmin && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    aria-label={`Change ${row.rule.name}`}
                    onClick={() => onChange(row)}
                  >
                    Change
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed" p="lg">
        What was changed, by whom and why, is kept:{" "}
        <Anchor
          inherit
          underline="always"
          href="/api/v1/compliance/rules/changes"
          target="_blank"
          rel="noopener"
        >
          all changes
        </Anchor>
        .
      </Text>
    </Table.ScrollContainer>
  );
}

function Own({ row }: { row: RuleInForce }) {
  if (!row.is_own) return null;
  return (
    <Group gap={6} mt={4}>
      <StatusBadge
        label={row.looser.length > 0 ? "Looser than shipped" : "Your own"}
        tone={row.looser.length > 0 ? "attention" : "quiet"}
      />
      <Text size="xs" c="dimmed">
        since <Instant at={row.changed_at} />
        {row.reason && `: ${row.reason}`}
      </Text>
    </Group>
  );
}
