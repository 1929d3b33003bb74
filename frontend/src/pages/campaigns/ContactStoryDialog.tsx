import { Anchor, Button, Group, Modal, Skeleton, Stack, Text, Timeline } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import {
  type Campaign,
  campaignKeys,
  type ContactStory,
  retryContact,
  storyQuery,
} from "@/api/campaigns";
import { useIsManager } from "@/features/session/useUser";
import { ErrorState } from "@/parts/ErrorState";
import { explain } from "@/parts/explain";
import { Instant } from "@/parts/Instant";
import { StatusBadge } from "@/parts/StatusBadge";
import { inWords, STATES, stepsOf } from "./words";

interface Props {
  campaign: Campaign;
  contactId: string | null;
  onClose: () => void;
}

/** One contact from its first attempt to its end. */
export function ContactStoryDialog({ campaign, contactId, onClose }: Props) {
  return (
    <Modal opened={contactId !== null} onClose={onClose} title="What was tried" size="lg">
      {contactId && <Story campaign={campaign} contactId={contactId} />}
    </Modal>
  );
}

function Story({ campaign, contactId }: { campaign: Campaign; contactId: string }) {
  const found = useQuery(storyQuery(campaign.id, contactId));
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton h={160} />;
  return <Told campaign={campaign} story={found.data} />;
}

function Told({ campaign, story }: { campaign: Campaign; story: ContactStory }) {
  const client = useQueryClient();
  const isManager = useIsManager();
  const again = useMutation({
    mutationFn: () => retryContact(campaign.id, story.id),
    onSuccess: () => client.invalidateQueries({ queryKey: campaignKeys.one(campaign.id) }),
  });
  const isOver = !["waiting", "running"].includes(story.state);
  return (
    <Stack>
      <Group>
        <StatusBadge {...STATES[story.state]} />
        <Text size="sm">{inWords(story.reason)}</Text>
      </Group>
      {story.due_at && (
        <Text size="sm">
          Next: <Instant at={story.due_at} />
        </Text>
      )}
      <Timeline active={story.attempts_made.length} bulletSize={14}>
        {story.attempts_made.map((attempt) => (
          <Timeline.Item key={attempt.number} title={inWords(attempt.outcome) || "on its way"}>
            <Text size="sm" c="dimmed">
              <Instant at={attempt.claimed_at} />
              {attempt.reason && `, ${inWords(attempt.reason)}`}
            </Text>
            <Anchor
              size="sm"
              renderRoot={(props) => (
                <Link {...props} to="/calls/$callId" params={{ callId: attempt.call_id }} />
              )}
            >
              Call {attempt.number}
            </Anchor>
          </Timeline.Item>
        ))}
      </Timeline>
      {again.error && (
        <Text size="sm" c="red" role="alert">
          {explain(again.error).title}
        </Text>
      )}
      {isManager && isOver && stepsOf(campaign.status).length > 0 && (
        <Group justify="flex-end">
          <Button variant="default" loading={again.isPending} onClick={() => again.mutate()}>
            Call once more
          </Button>
        </Group>
      )}
    </Stack>
  );
}
