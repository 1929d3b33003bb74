import { Alert, Anchor, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type Conduct, conductsQuery } from "@/api/conduct";
import { useDecideOptOut } from "@/features/compliance/useDecideOptOut";
import { ErrorState } from "@/parts/ErrorState";
import { explain } from "@/parts/explain";
import { Instant } from "@/parts/Instant";
import { OlderOnes } from "@/parts/OlderOnes";

/** Words that may have been an opt-out and wait for a person; nothing while there are none. */
export function OptOuts() {
  const found = useInfiniteQuery(conductsQuery({ opt_out: "needs_review" }));
  const doubted = found.data?.pages.flatMap((page) => page.items) ?? [];
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (doubted.length === 0) return null;
  return (
    <Card component="section" aria-label="Opt-outs to decide on" mb="md">
      <Title order={2}>Opt-outs to decide on</Title>
      <Text size="sm" c="dimmed" mt={2} mb="md">
        Did they ask not to be called again? Until somebody says so, they still are.
      </Text>
      <Stack gap="md">
        {doubted.map((call) => (
          <Doubted key={call.call_id} call={call} />
        ))}
      </Stack>
      <OlderOnes list={found} />
    </Card>
  );
}

function Doubted({ call }: { call: Conduct }) {
  const decide = useDecideOptOut(call.call_id);
  if (!call.opt_out) return null;
  const { quote } = call.opt_out;
  return (
    <div>
      <Group justify="space-between" gap="md" wrap="nowrap" align="flex-start">
        <div>
          <Text size="sm">“{quote}”</Text>
          <Anchor
            size="xs"
            underline="always"
            renderRoot={(props) => (
              <Link
                {...props}
                to="/calls/$callId"
                params={{ callId: call.call_id }}
                search={{ tab: "conduct" }}
              />
            )}
          >
            The call of <Instant at={call.called_at} />
          </Anchor>
        </div>
        <Group gap="xs" wrap="nowrap">
          <Button
            size="xs"
            loading={decide.isPending}
            aria-label={`Yes, do not call: ${quote}`}
            onClick={() => decide.mutate(true)}
          >
            Yes, do not call
          </Button>
          <Button
            size="xs"
            variant="default"
            disabled={decide.isPending}
            aria-label={`No, they did not: ${quote}`}
            onClick={() => decide.mutate(false)}
          >
            No, they did not
          </Button>
        </Group>
      </Group>
      {decide.error && (
        <Alert color="red" variant="light" role="alert" mt="xs">
          {explain(decide.error).detail}
        </Alert>
      )}
    </div>
  );
}
