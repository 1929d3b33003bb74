import { Button, Card, Group, Select, Skeleton, Table, Text } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Campaign, type ContactState, contactsQuery } from "@/api/campaigns";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { PhoneNumber } from "@/parts/PhoneNumber";
import { OlderOnes } from "@/parts/OlderOnes";
import { StatusBadge } from "@/parts/StatusBadge";
import { ContactStoryDialog } from "./ContactStoryDialog";
import { inWords, STATES } from "./words";

const CHOICES = [
  ...Object.entries(STATES).map(([value, { label }]) => ({ value, label })),
  { value: "attention", label: "Needs a person" },
];

/** Everybody on the list, and what became of them. */
export function ContactList({ campaign }: { campaign: Campaign }) {
  const [state, setState] = useState<ContactState | "attention" | null>(null);
  const [shown, setShown] = useState<string | null>(null);
  const found = useInfiniteQuery(contactsQuery(campaign.id, state));
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Group justify="space-between">
        <Text fw={600}>Contacts</Text>
        <Select
          aria-label="Only in this state"
          placeholder="In any state"
          clearable
          data={CHOICES}
          value={state}
          onChange={(value) => setState(value as ContactState | "attention" | null)}
        />
      </Group>
      {found.error && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {!found.data && !found.error && <Skeleton h={200} radius="lg" />}
      {found.data && items.length === 0 && (
        <Card>
          <EmptyState icon={IconUsers} title="Nobody is here">
            {state ? "No contact stands like this." : "Add contacts from a spreadsheet."}
          </EmptyState>
        </Card>
      )}
      {items.length > 0 && (
        <Card padding={0}>
          <Table.ScrollContainer minWidth={720}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Number</Table.Th>
                  <Table.Th>State</Table.Th>
                  <Table.Th>Why</Table.Th>
                  <Table.Th ta="right">Attempts</Table.Th>
                  <Table.Th>Next</Table.Th>
                  <Table.Th>Story</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((each) => (
                  <Table.Tr key={each.id}>
                    <Table.Td>
                      <PhoneNumber number={each.to_number} />
                    </Table.Td>
                    <Table.Td>
                      <StatusBadge {...STATES[each.state]} />
                    </Table.Td>
                    <Table.Td>{inWords(each.reason)}</Table.Td>
                    <Table.Td ta="right" className="figures">
                      {each.attempts}
                    </Table.Td>
                    <Table.Td>
                      <Instant at={each.due_at} />
                    </Table.Td>
                    <Table.Td>
                      <Button
                        size="compact-sm"
                        variant="subtle"
                        aria-label={`Story of ${each.to_number}`}
                        onClick={() => setShown(each.id)}
                      >
                        Story
                      </Button>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          <OlderOnes list={found} />
        </Card>
      )}
      <ContactStoryDialog campaign={campaign} contactId={shown} onClose={() => setShown(null)} />
    </>
  );
}
