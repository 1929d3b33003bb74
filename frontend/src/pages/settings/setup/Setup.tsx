import {
  Alert,
  Anchor,
  Badge,
  Button,
  Card,
  Group,
  Skeleton,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { IconCircleCheckFilled, IconCircleDashed } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { agentsQuery } from "@/api/agents";
import { retellCheckQuery } from "@/api/organisation";
import { testWebhookAddress, webhookHealthQuery } from "@/api/webhooks";
import { NewCallButton } from "@/features/new-call/NewCallButton";
import { useIsAdmin } from "@/features/session/useUser";
import { Copyable } from "@/parts/Copyable";
import { ErrorState } from "@/parts/ErrorState";
import { explain } from "@/parts/explain";
import { Instant } from "@/parts/Instant";
import { CallerId } from "./CallerId";
import { KeyInput } from "./KeyInput";
import { doneSteps, nextStep, type StepName } from "./steps";
import { WebhookBadgePicture } from "./WebhookBadgePicture";

// Webhooks arrive without the feed telling of it.
const AGAIN_MS = 5000;

/** From an account at Retell to the first call that works, one step after the other. */
export function Setup() {
  const check = useQuery(retellCheckQuery);
  const health = useQuery({ ...webhookHealthQuery, refetchInterval: AGAIN_MS });
  const agents = useQuery(agentsQuery);
  const error = health.error ?? agents.error;
  if (error) return <ErrorState error={error} onRetry={() => void health.refetch()} />;
  if (check.isPending || !health.data || !agents.data) return <Skeleton h={480} radius="lg" />;
  const done = doneSteps({
    isKeyAccepted: check.data?.ok ?? false,
    canVerify: check.data?.webhook_key_set ?? false,
    callerId: check.data?.from_number ?? null,
    agents: agents.data,
    health: health.data,
  });
  const next = nextStep(done);
  const count = Object.values(done).filter(Boolean).length;
  const shared = (name: StepName) => ({ isDone: done[name], isNext: next === name });
  return (
    <Card component="section">
      <Group justify="space-between" mb="lg">
        <div>
          <Title order={2}>Connect Retell</Title>
          <Text size="sm" c="dimmed" mt={2}>
            Six steps from an API key to a call whose record you can read.
          </Text>
        </div>
        <Badge size="lg" variant="light" color={next ? "gray" : "signal"} tt="none">
          {count} of 6 done
        </Badge>
      </Group>
      {next === null && (
        <Alert color="signal" variant="light" role="status" mb="lg" title="Everything works">
          Retell and Ringback reach each other, and signatures are verified.
        </Alert>
      )}
      <Stack component="ol" p={0} m={0} gap="xl" style={{ listStyle: "none" }}>
        <Step {...shared("key")} title="Enter the API key">
          <KeyStep check={check.data} error={check.error} onAgain={() => void check.refetch()} />
        </Step>
        <Step {...shared("badge")} title="Check which key signs webhooks">
          Retell signs webhooks with one key of the account: the one with the webhook badge, in
          Retell’s dashboard under Settings, API Keys.
          <WebhookBadgePicture />
          If the badge is on the key you entered above, there is nothing to do. If it is on another
          key, enter that one here.
          <KeyInput name="retell_webhook_key" label="Key with the webhook badge" />
        </Step>
        <Step {...shared("address")} title="Make this server reachable">
          <AddressStep url={health.data.webhook_url} />
        </Step>
        <Step {...shared("number")} title="Choose the number to call from">
          People see this number when your agents call them.
          <CallerId current={check.data?.from_number ?? null} />
        </Step>
        <Step {...shared("agent")} title="Publish an agent">
          Publishing sends the agent to Retell, with the webhook address.{" "}
          <Anchor
            size="sm"
            underline="always"
            renderRoot={(props) => <Link {...props} to="/agents" />}
          >
            Go to agents
          </Anchor>
        </Step>
        <Step {...shared("call")} title="Place a test call">
          {done.call ? (
            <>
              The last webhook arrived <Instant at={health.data.last_received_at} relative />.
            </>
          ) : (
            "Call your own phone. This step completes when Retell’s first webhook arrives."
          )}
          <NewCallButton>
            {(open) => (
              <Button size="xs" mt="xs" display="block" variant="default" onClick={open}>
                Place a test call
              </Button>
            )}
          </NewCallButton>
        </Step>
      </Stack>
    </Card>
  );
}

interface StepProps {
  isDone: boolean;
  isNext: boolean;
  title: string;
  children: ReactNode;
}

function Step({ isDone, isNext, title, children }: StepProps) {
  const Icon = isDone ? IconCircleCheckFilled : IconCircleDashed;
  return (
    <Group
      component="li"
      gap="md"
      align="flex-start"
      wrap="nowrap"
      aria-current={isNext ? "step" : undefined}
    >
      <Icon
        size={24}
        color={isDone ? "var(--live)" : "var(--mantine-color-dimmed)"}
        style={{ flex: "none" }}
        role="img"
        aria-label={isDone ? "Done" : "To do"}
      />
      <div style={{ flex: 1, minWidth: 0, maxWidth: 640 }}>
        <Text fw={600}>
          {title}
          {isNext && (
            <Badge ml="xs" size="sm" color="signal" variant="light" tt="none">
              Next
            </Badge>
          )}
        </Text>
        <Text component="div" size="sm" c="dimmed" mt={2}>
          {children}
        </Text>
      </div>
    </Group>
  );
}

interface KeyStepProps {
  check: { ok: boolean; reason: string | null; key_name: string | null } | undefined;
  error: Error | null;
  onAgain: () => void;
}

function KeyStep({ check, error, onAgain }: KeyStepProps) {
  const isAdmin = useIsAdmin();
  const reason = error ? explain(error).detail : check?.reason;
  return (
    <>
      {check?.ok
        ? `Retell accepts the key${check.key_name ? ` “${check.key_name}”` : ""}.`
        : "Create a key in Retell’s dashboard under Settings, API Keys, and paste it here."}
      {reason && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert" mt={4}>
          {reason}
        </Text>
      )}
      {isAdmin ? (
        <KeyInput name="retell_api_key" label="Retell API key" />
      ) : (
        !check?.ok && <div>Ask an administrator to enter it.</div>
      )}
      <Button size="xs" mt="xs" variant="default" onClick={onAgain}>
        Check the key
      </Button>
    </>
  );
}

function AddressStep({ url }: { url: string | null }) {
  const test = useMutation({ mutationFn: testWebhookAddress });
  if (url === null)
    return "The server has no public address yet. Whoever runs it sets PUBLIC_URL to the https address under which it is reached from the internet.";
  return (
    <Stack gap="xs" align="stretch">
      Retell sends webhooks here. Agents are published with this address; there is nothing to enter
      in Retell’s dashboard.
      <Copyable label="Webhook address" value={url} />
      <Group gap="sm">
        <Button size="xs" variant="default" loading={test.isPending} onClick={() => test.mutate()}>
          Test the address
        </Button>
        {test.data && (
          <Text
            size="sm"
            role="status"
            c={test.data.is_reachable ? "var(--live)" : "var(--mantine-color-error)"}
          >
            {test.data.detail}
          </Text>
        )}
        {test.error && (
          <Text size="sm" role="alert" c="var(--mantine-color-error)">
            {explain(test.error).detail}
          </Text>
        )}
      </Group>
    </Stack>
  );
}
