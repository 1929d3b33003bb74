import { Alert, Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { explain } from "@/parts/explain";
import { WayOn } from "@/parts/WayOn";

interface Publishable {
  id: string;
  name: string;
  draft_revision: number;
  published_version: number | null;
}

interface Props<Draft extends Publishable> {
  draft: Draft;
  /** What the first version does. */
  first: string;
  /** What a further one is compared with: that version is told. */
  further: (live: number) => string;
  /** What the draft has otherwise. */
  changes: (live: number) => ReactNode;
  publish: (id: string, note: string, revision: number) => Promise<Draft>;
  opened: boolean;
  onClose: () => void;
  onPublished: (published: Draft) => void;
}

/** What will change for the calls to come, and the last word on it. */
export function PublishFrame<Draft extends Publishable>(props: Props<Draft>) {
  const { draft, opened, onClose, onPublished } = props;
  const [note, setNote] = useState("");
  const publish = useMutation({
    mutationFn: () => props.publish(draft.id, note.trim(), draft.draft_revision),
    onSuccess: (published) => {
      setNote("");
      onClose();
      onPublished(published);
    },
  });
  const live = draft.published_version;
  return (
    <Modal opened={opened} onClose={onClose} title={`Publish ${draft.name}`} size="lg">
      <Stack>
        {live === null ? (
          <Text size="sm">{props.first}</Text>
        ) : (
          <>
            <Text size="sm" c="dimmed">
              {props.further(live)}
            </Text>
            <div
              role="region"
              aria-label="What will change"
              style={{ maxHeight: "45vh", overflow: "auto" }}
              // Scrollable areas have to be reachable by keyboard.
              // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
              tabIndex={0}
            >
              {opened && props.changes(live)}
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
