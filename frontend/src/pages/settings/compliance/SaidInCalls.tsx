import { Anchor, Card, Group, Select, Skeleton, Table, Text, Title } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type Conduct, type ConductFilter, conductsQuery, sharesQuery } from "@/api/conduct";
import { DISCLOSURES, OPT_OUTS, percentOf, totalsOf } from "@/features/compliance/conduct";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { OlderOnes } from "@/parts/OlderOnes";
import { StatusBadge } from "@/parts/StatusBadge";

const FILTERS: Record<string, ConductFilter> = {
  review: { opt_out: "needs_review" },
  suppressed: { opt_out: "suppressed" },
  denied: { is_denied: true },
  ai: { lacks: "ai" },
  caller: { lacks: "caller" },
  opt_out: { lacks: "opt_out" },
  recording: { lacks: "recording" },
};
const CHOICES = [
  { value: "review", label: "Opt-outs to decide on" },
  { value: "suppressed", label: "Opted out" },
  { value: "denied", label: "Denies being a machine" },
  { value: "ai", label: "Without: an AI calls" },
  { value: "caller", label: "Without: who calls" },
  { value: "opt_out", label: "Without: how to opt out" },
  { value: "recording", label: "Without: is recorded" },
];

/** In how many calls was said what rules ask for, which lack it, and who opted out. */
export function SaidInCalls() {
  return (
    <Card padding={0} component="section" aria-label="Said in calls" mt="lg">
      <Group p="lg" pb="md">
        <div>
          <Title order={2}>Said in calls</Title>
          <Text size="sm" c="dimmed" mt={2}>
            Every call is checked by its words for what rules ask the agent to say, and for people
            who opt out. The last 30 days.
          </Text>
        </div>
      </Group>
      <Shares />
      <ToLookAt />
    </Card>
  );
}

function Shares() {
  const shares = useQuery(sharesQuery);
  if (shares.error)
    return <ErrorState error={shares.error} onRetry={() => void shares.refetch()} />;
  if (!shares.data) return <Skeleton h={90} m="lg" w="auto" />;
  const totals = totalsOf(shares.data);
  if (totals.length === 0)
    return (
      <Text size="sm" c="dimmed" px="lg" pb="md">
        No rule has asked an agent to say anything in these days.
      </Text>
    );
  return (
    <Table.ScrollContainer minWidth={600}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Had to be said</Table.Th>
            <Table.Th>Said in</Table.Th>
            <Table.Th>Calls</Table.Th>
            <Table.Th>By day, oldest first</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {totals.map((total) => (
            <Table.Tr key={total.disclosure}>
              <Table.Td>{DISCLOSURES[total.disclosure]}</Table.Td>
              <Table.Td>{percentOf(total)} %</Table.Td>
              <Table.Td>
                {total.made} of {total.calls}
              </Table.Td>
              <Table.Td>
                <Text size="xs" c="dimmed">
                  {total.days.map((day) => `${percentOf(day)} %`).join(", ")}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function ToLookAt() {
  const [choice, setChoice] = useState("review");
  const found = useInfiniteQuery(conductsQuery(FILTERS[choice] ?? { opt_out: "needs_review" }));
  const calls = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Group px="lg" py="md">
        <Select
          label="Calls"
          allowDeselect={false}
          data={CHOICES}
          value={choice}
          onChange={(wanted) => wanted && setChoice(wanted)}
        />
      </Group>
      {found.error && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Skeleton h={90} m="lg" w="auto" />}
      {found.data && calls.length === 0 && (
        <Text size="sm" c="dimmed" px="lg" pb="lg">
          There is no such call.
        </Text>
      )}
      {calls.length > 0 && <Calls calls={calls} />}
      <OlderOnes list={found} />
    </>
  );
}

function Calls({ calls }: { calls: Conduct[] }) {
  return (
    <Table.ScrollContainer minWidth={600}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Call</Table.Th>
            <Table.Th>Lacks</Table.Th>
            <Table.Th>Opt-out</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {calls.map((each) => (
            <Table.Tr key={each.call_id}>
              <Table.Td>
                <Anchor
                  size="sm"
                  renderRoot={(props) => (
                    <Link
                      {...props}
                      to="/calls/$callId"
                      params={{ callId: each.call_id }}
                      search={{ tab: "conduct" }}
                    />
                  )}
                >
                  <Instant at={each.called_at} />
                </Anchor>
              </Table.Td>
              <Table.Td>
                <Text size="sm">{each.lacks.map((kind) => DISCLOSURES[kind]).join(", ")}</Text>
                {each.denial && <Text size="sm">Denied: “{each.denial.quote}”</Text>}
              </Table.Td>
              <Table.Td>
                {each.opt_out && (
                  <Group gap="xs">
                    <StatusBadge {...OPT_OUTS[each.opt_out.status]} />
                    <Text size="sm">“{each.opt_out.quote}”</Text>
                  </Group>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
