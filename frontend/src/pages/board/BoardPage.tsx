import { Button, Grid, Group, Title } from "@mantine/core";
import { IconPhonePlus } from "@tabler/icons-react";
import { TriggeredAlerts } from "@/features/alerts/TriggeredAlerts";
import { useConnection } from "@/features/live/LiveProvider";
import { NewCallButton } from "@/features/new-call/NewCallButton";
import { PageHeader } from "@/parts/PageHeader";
import { StatusBadge } from "@/parts/StatusBadge";
import { CallsByDay } from "./CallsByDay";
import { FirstSteps } from "./FirstSteps";
import { JustFinished } from "./JustFinished";
import { LiveCalls } from "./LiveCalls";
import { TodaysNumbers } from "./TodaysNumbers";
import { WebhookBadge } from "./WebhookBadge";

/** What is going on right now. Everything here moves by the event feed; nothing is polled. */
export function BoardPage() {
  return (
    <>
      <PageHeader title="Live board" description={<Liveness />}>
        <WebhookBadge />
        <NewCallButton>
          {(open) => (
            <Button leftSection={<IconPhonePlus size={17} aria-hidden />} onClick={open}>
              New call
            </Button>
          )}
        </NewCallButton>
      </PageHeader>
      <TriggeredAlerts />
      <FirstSteps />
      <TodaysNumbers />
      <Grid gap="lg" mt="lg">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Section title="On the phone">
            <LiveCalls />
          </Section>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Section title="Just finished">
            <JustFinished />
          </Section>
        </Grid.Col>
      </Grid>
      <CallsByDay />
    </>
  );
}

function Liveness() {
  const state = useConnection();
  if (state === "live") return <StatusBadge tone="live" label="Live" />;
  if (state === "lost") return <StatusBadge tone="bad" label="Connection lost, trying again" />;
  return <StatusBadge tone="waiting" label="Connecting" />;
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section aria-label={title}>
      <Group mb="sm">
        <Title order={2}>{title}</Title>
      </Group>
      {children}
    </section>
  );
}
