import { Button, Card, CloseButton, Group, Stack, Text, Title } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { IconCircleCheckFilled, IconCircleDashed } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import {
  type Agent,
  agentsQuery,
  createFromPreset,
  presetsQuery,
  publishAgent,
} from "@/api/agents";
import { callsQuery } from "@/api/calls";
import { explain } from "@/parts/explain";
import { WayOn } from "@/parts/WayOn";
import { NewCallButton } from "@/features/new-call/NewCallButton";
import { useIsManager } from "@/features/session/useUser";

/** What to do next, until the first call was placed. It looks at what is there, and stores nothing. */
export function FirstSteps() {
  const isManager = useIsManager();
  const [isHidden, setIsHidden] = useLocalStorage({ key: "ringback-first-steps-hidden" });
  const agents = useQuery(agentsQuery);
  const calls = useInfiniteQuery(callsQuery({}, 30));
  if (!isManager || isHidden || !agents.data || !calls.data) return null;
  const hasCalls = calls.data.pages.some((page) => page.items.length > 0);
  if (hasCalls) return null;
  const hasAgent = agents.data.length > 0;
  const isPublished = agents.data.some((agent) => agent.published_version !== null);
  return (
    <Card mb="lg" component="section" aria-label="First steps">
      <Group justify="space-between">
        <Title order={2}>Three steps to the first call</Title>
        <CloseButton aria-label="Hide the first steps" onClick={() => setIsHidden("yes")} />
      </Group>
      <Stack gap="md" mt="md" component="ol" p={0} m={0} style={{ listStyle: "none" }}>
        <Step isDone={hasAgent} title="Pick an agent">
          Start from a preset and make it yours.
          {!hasAgent && <PresetChoice />}
        </Step>
        <Step isDone={isPublished} title="Publish it">
          Sends the agent to Retell (in the demo: the simulated one) and saves it as a version.
          {!isPublished && <PublishButton agent={agents.data[0]} />}
        </Step>
        <Step isDone={false} title="Place a test call">
          Follow it live, then read the record: each value with the words it was taken from.
          {isPublished && (
            <NewCallButton>
              {(open) => (
                <Button size="xs" mt="xs" display="block" onClick={open}>
                  Place the first call
                </Button>
              )}
            </NewCallButton>
          )}
        </Step>
      </Stack>
    </Card>
  );
}

function PresetChoice() {
  const client = useQueryClient();
  const presets = useQuery(presetsQuery);
  const create = useMutation({
    mutationFn: createFromPreset,
    onSuccess: () => client.invalidateQueries({ queryKey: ["agents"] }),
  });
  return (
    <>
      <Group gap="xs" mt="xs">
        {presets.data?.map((preset) => (
          <Button
            key={preset.key}
            size="xs"
            variant="default"
            disabled={create.isPending}
            onClick={() => create.mutate(preset)}
          >
            {preset.config.name}
          </Button>
        ))}
      </Group>
      <Failure error={presets.error ?? create.error} />
    </>
  );
}

function PublishButton({ agent }: { agent: Agent | undefined }) {
  const client = useQueryClient();
  const publish = useMutation({
    mutationFn: publishAgent,
    onSuccess: () => client.invalidateQueries({ queryKey: ["agents"] }),
  });
  if (!agent) return null;
  return (
    <>
      <Button
        size="xs"
        mt="xs"
        display="block"
        loading={publish.isPending}
        onClick={() => publish.mutate(agent.id)}
      >
        Publish {agent.name}
      </Button>
      <Failure error={publish.error} />
    </>
  );
}

function Failure({ error }: { error: unknown }) {
  if (!error) return null;
  return (
    <Text component="div" size="sm" c="red" mt={6} role="alert">
      {explain(error).detail} <WayOn error={error} />
    </Text>
  );
}

interface StepProps {
  isDone: boolean;
  title: string;
  children: ReactNode;
}

function Step({ isDone, title, children }: StepProps) {
  const Icon = isDone ? IconCircleCheckFilled : IconCircleDashed;
  return (
    <Group component="li" gap="sm" align="flex-start" wrap="nowrap">
      <Icon
        size={22}
        color="var(--live)"
        style={{ flex: "none" }}
        role="img"
        aria-label={isDone ? "Done" : "To do"}
      />
      <div>
        <Text fw={600}>{title}</Text>
        <Text component="div" size="sm" c="dimmed">
          {children}
        </Text>
      </div>
    </Group>
  );
}
