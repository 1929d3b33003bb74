import { Alert, Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconUpload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { type Draft, publishDraft } from "@/api/drafts";
import { explain } from "@/parts/explain";
import { WayOn } from "@/parts/WayOn";
import { Changes } from "@/pages/agents/changes/Changes";

interface Props {
  agent: Draft;
  opened: boolean;
  onClose: () => void;
  onPublished: (agent: Draft) => void;
}

/** What will change for the calls to come, and the last word on it. */
export function PublishDialog({ agent, opened, onClose, onPublished }: Props) {
  const [note, setNote] = useState("");
  const publish = useMutation({
    mutationFn: () => publishDraft(agent.id, note.trim(), agent.draft_revision),
    onSuccess: (published) => {
      notifications.show({
        title: `${published.name} is live`,
        message: `Version ${published.published_version ?? ""} takes calls from now on.`,
      });
      setNote("");
      onClose();
      onPublished(published);
    },
  });
  const live = agent.published_version;
  return (
    <Modal opened={opened} onClose={onClose} title={`Publish ${agent.name}`} size="lg">
      <Stack>
        {live === null ? (
          <Text size="sm">
            It goes to Retell with its prompt, voice and webhook address, and takes calls from then
            on.
          </Text>
        ) : (
          <>
            <Text size="sm" c="dimmed">
              Compared with version {live}, which takes calls now. Calls that run go on with it.
            </Text>
            <div
              role="region"
              aria-label="What will change"
              style={{ maxHeight: "45vh", overflow: "auto" }}
              // Scrollable areas have to be reachable by keyboard.
              // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
              tabIndex={0}
            >
              {opened && (
                <Changes
                  agentId={agent.id}
                  base={live}
                  compare="draft"
                  revision={agent.draft_revision}
                />
              )}
            </div>
          </>
        )}
        <TextInput
          label="What changed (optional)"
          description="For the history."
          value={note}
          onChange={({ currentTarget: { value } }) => setNote(value)}
        />
        {publish.error && (
          <Alert color="red" variant="light" role="alert" title={explain(publish.error).title}>
            {explain(publish.error).detail} <WayOn error={publish.error} />
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Not yet
          </Button>
          <Button
            leftSection={<IconUpload size={17} aria-hidden />}
            loading={publish.isPending}
            onClick={() => publish.mutate()}
          >
            Publish
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
