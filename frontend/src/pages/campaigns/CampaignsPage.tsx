import { Anchor, Button, Card, Group, Progress, Skeleton, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlayerPause, IconPlus, IconSpeakerphone } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { campaignKeys, campaignsQuery, pauseAll } from "@/api/campaigns";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { useIsManager } from "@/features/session/useUser";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { explain } from "@/parts/explain";
import { Instant } from "@/parts/Instant";
import { formatCount } from "@/parts/money";
import { OlderOnes } from "@/parts/OlderOnes";
import { PageHeader } from "@/parts/PageHeader";
import { StatusBadge } from "@/parts/StatusBadge";
import { NewCampaignDialog } from "./NewCampaignDialog";
import { NumberHealth } from "./NumberHealth";
import { inWords, STATUSES, through } from "./words";

/** Lists of contacts that are worked through, and how far each is. */
export function CampaignsPage() {
  const isManager = useIsManager();
  const [isMaking, making] = useDisclosure(false);
  return (
    <>
      <PageHeader
        title="Campaigns"
        description="Lists of contacts, each called in its own hours until it is enough."
      >
        {isManager && (
          <>
            <PauseAll />
            <Button leftSection={<IconPlus size={17} aria-hidden />} onClick={making.open}>
              New campaign
            </Button>
          </>
        )}
      </PageHeader>
      <List />
      <NumberHealth />
      {isManager && <NewCampaignDialog opened={isMaking} onClose={making.close} />}
    </>
  );
}

function PauseAll() {
  const client = useQueryClient();
  const pause = useMutation({
    mutationFn: pauseAll,
    onSuccess: () => client.invalidateQueries({ queryKey: campaignKeys.all }),
  });
  return (
    <>
      {pause.error && (
        <Text size="sm" c="red" role="alert">
          {explain(pause.error).title}
        </Text>
      )}
      <Button
        variant="default"
        leftSection={<IconPlayerPause size={17} aria-hidden />}
        loading={pause.isPending}
        onClick={() => pause.mutate()}
      >
        Pause all
      </Button>
    </>
  );
}

function List() {
  const found = useInfiniteQuery(campaignsQuery);
  const nameOf = useAgentNames();
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton h={240} radius="lg" />;
  const items = found.data.pages.flatMap((page) => page.items);
  if (items.length === 0)
    return (
      <Card>
        <EmptyState icon={IconSpeakerphone} title="There is no campaign yet">
          Choose an agent and its hours, add contacts from a spreadsheet, see what would be refused,
          and start.
        </EmptyState>
      </Card>
    );
  return (
    <Card padding={0}>
      <Table.ScrollContainer minWidth={720}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th>Agent</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>Through</Table.Th>
              <Table.Th ta="right">Contacts</Table.Th>
              <Table.Th>Made</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((each) => (
              <Table.Tr key={each.id}>
                <Table.Td>
                  <Anchor
                    inherit
                    renderRoot={(props) => (
                      <Link
                        {...props}
                        to="/campaigns/$campaignId"
                        params={{ campaignId: each.id }}
                      />
                    )}
                  >
                    {each.name}
                  </Anchor>
                </Table.Td>
                <Table.Td>{nameOf(each.agent_id)}</Table.Td>
                <Table.Td>
                  <StatusBadge {...STATUSES[each.status]} />
                  <Text size="xs" c="dimmed">
                    {inWords(each.status_reason)}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <Group gap="xs" wrap="nowrap">
                    <Progress
                      value={through(each)}
                      w={90}
                      aria-label={`${each.name}: ${through(each)} % through`}
                    />
                    <Text size="sm" className="figures">
                      {through(each)} %
                    </Text>
                  </Group>
                </Table.Td>
                <Table.Td ta="right" className="figures">
                  {formatCount(each.counts.contacts)}
                </Table.Td>
                <Table.Td>
                  <Instant at={each.created_at} relative />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <OlderOnes list={found} />
    </Card>
  );
}
