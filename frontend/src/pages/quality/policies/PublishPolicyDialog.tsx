import { Alert, Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconUpload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { type Policy, publishPolicy } from "@/api/policies";
import { explain } from "@/parts/explain";
import { PolicyChanges } from "./PolicyChanges";

interface Props {
  policy: Policy;
  opened: boolean;
  onClose: () => void;
  onPublished: (policy: Policy) => void;
}

/** What will change for the calls to come, and the last word on it. */
export function PublishPolicyDialog({ policy, opened, onClose, onPublished }: Props) {
  const [note, setNote] = useState("");
  const publish = useMutation({
    mutationFn: () => publishPolicy(policy.id, note.trim(), policy.draft_revision),
    onSuccess: (published) => {
      notifications.show({
        title: `${published.name} is published`,
        message: `Version ${published.published_version ?? ""} scores calls from now on.`,
      });
      setNote("");
      onClose();
      onPublished(published);
    },
  });
  const live = policy.published_version;
  return (
    <Modal opened={opened} onClose={onClose} title={`Publish ${policy.name}`} size="lg">
      <Stack>
        {live === null ? (
          <Text size="sm">
            From then on it scores the calls of the agents it applies to, as they end.
          </Text>
        ) : (
          <>
            <Text size="sm" c="dimmed">
              Compared with version {live}. Evaluations that are there stay as they are.
            </Text>
            <div
              role="region"
              aria-label="What will change"
              style={{ maxHeight: "45vh", overflow: "auto" }}
              // Scrollable areas have to be reachable by keyboard.
              // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
              tabIndex={0}
            >
              {opened && <PolicyChanges policy={policy} base={live} />}
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
            {explain(publish.error).detail}
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
