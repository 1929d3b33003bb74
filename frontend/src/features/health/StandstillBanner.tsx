import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { dialQueueQuery, resumeDialling } from "@/api/inbox";
import { webhookHealthQuery } from "@/api/webhooks";
import { useIsManager } from "@/features/session/useUser";
import { standstillOf } from "./standstill";

// The feed does not tell of what makes no progress.
const AGAIN_MS = 15_000;

/** On every page: what stands still and the way out, or that all of it is a demo. */
export function StandstillBanner() {
  const queue = useQuery({ ...dialQueueQuery, refetchInterval: AGAIN_MS });
  const health = useQuery({ ...webhookHealthQuery, refetchInterval: AGAIN_MS });
  const found = standstillOf(queue.data, health.data);
  if (found)
    return (
      <Alert
        role="alert"
        color="red"
        variant="light"
        mb="lg"
        icon={<IconAlertTriangle aria-hidden />}
        title={found.title}
      >
        <Text size="sm">{found.detail}</Text>
        <Group gap="xs" mt="xs">
          {found.kind === "dialing" && <Resume />}
          <Button
            size="xs"
            variant="subtle"
            renderRoot={(props) => (
              <Link {...props} to="/settings" search={{ section: "connection" }} />
            )}
          >
            See what to do
          </Button>
        </Group>
      </Alert>
    );
  if (queue.data?.is_simulated)
    return (
      <Text size="xs" c="dimmed" mb="md" role="note">
        <strong>Demo:</strong> calls go to a simulated phone network and are played faster than real
        time. No real phone rings.
      </Text>
    );
  return null;
}

function Resume() {
  const client = useQueryClient();
  const resume = useMutation({
    mutationFn: resumeDialling,
    onSuccess: () => client.invalidateQueries({ queryKey: dialQueueQuery.queryKey }),
  });
  if (!useIsManager()) return null;
  return (
    <Button size="xs" variant="default" loading={resume.isPending} onClick={() => resume.mutate()}>
      Try again now
    </Button>
  );
}
