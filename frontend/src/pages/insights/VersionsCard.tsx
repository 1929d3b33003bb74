import { Anchor, Card, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { comparisonsQuery, type RecordField } from "@/api/insights";
import { Compared } from "@/features/insights/Compared";
import { ErrorState } from "@/parts/ErrorState";

interface Props {
  agentId: string | undefined;
  fields: readonly RecordField[];
}

const MOST = 10;

/** How new versions compare with those before, as it was found without anybody asking. */
export function VersionsCard({ agentId, fields }: Props) {
  const found = useQuery(comparisonsQuery(agentId));
  return (
    <Card component="section" aria-label="New versions">
      <Title order={2}>New versions</Title>
      <Text size="sm" c="dimmed" mb="sm">
        Each is compared with the version before when it has had 50, 100, 200, 400 and 800 calls.
        All five looks are paid for: of twenty versions that changed nothing, one is told to differ
        at the most.
      </Text>
      {found.error && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Skeleton h={80} radius="md" />}
      {found.data?.items.length === 0 && (
        <Text size="sm" c="dimmed">
          No second version of an agent was published in the last 60 days.
        </Text>
      )}
      <Stack gap="lg">
        {found.data?.items.slice(0, MOST).map((comparison) => (
          <div key={`${comparison.agent_id} ${comparison.version}`}>
            <Title order={3} size="sm" mb={4}>
              <Anchor
                inherit
                renderRoot={(props) => (
                  <Link
                    {...props}
                    to="/agents/$agentId"
                    params={{ agentId: comparison.agent_id }}
                    search={{ tab: "history" }}
                  />
                )}
              >
                {comparison.agent_name}, version {comparison.version}
              </Anchor>
            </Title>
            <Compared comparison={comparison} fields={fields} />
          </div>
        ))}
      </Stack>
    </Card>
  );
}
