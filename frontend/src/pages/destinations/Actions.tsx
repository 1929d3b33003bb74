import { Alert, Button, Code, Group, Menu, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconFlask, IconRefresh } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import {
  deleteDestination,
  type Destination,
  destinationKeys,
  enableDestination,
  rotateSecret,
  sendExample,
  updateDestination,
} from "@/api/destinations";
import { Attempt } from "@/features/deliveries/Attempt";
import { indented } from "@/features/deliveries/DeliveryDialog";
import { Copyable } from "@/parts/Copyable";
import { explain } from "@/parts/explain";
import { Instant } from "@/parts/Instant";
import { EditDestinationDialog } from "./EditDestinationDialog";
import { ReplayDialog } from "./ReplayDialog";

/** What can be done with a destination. */
export function Actions({ destination }: { destination: Destination }) {
  const { id, kind, enabled } = destination;
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isReplaying, replaying] = useDisclosure(false);
  const [isEditing, editing] = useDisclosure(false);
  const [isDeleting, deleting] = useDisclosure(false);
  const refresh = () => client.invalidateQueries({ queryKey: destinationKeys.all });
  const test = useMutation({ mutationFn: () => sendExample(id) });
  const rotate = useMutation({ mutationFn: () => rotateSecret(id), onSuccess: refresh });
  const switchIt = useMutation({
    mutationFn: () => (enabled ? updateDestination(id, { enabled: false }) : enableDestination(id)),
    onSuccess: refresh,
  });
  const remove = useMutation({
    mutationFn: () => deleteDestination(id),
    onSuccess: async () => {
      await navigate({ to: "/destinations" });
      await refresh();
    },
  });
  const error = test.error ?? rotate.error ?? switchIt.error ?? remove.error;
  return (
    <Group gap="sm">
      {error && (
        <Text size="sm" c="red" role="alert">
          {explain(error).title}
        </Text>
      )}
      <Button
        variant="default"
        leftSection={<IconFlask size={17} aria-hidden />}
        loading={test.isPending}
        onClick={() => test.mutate()}
      >
        Send an example
      </Button>
      {enabled ? (
        <Button
          variant="default"
          leftSection={<IconRefresh size={17} aria-hidden />}
          onClick={replaying.open}
        >
          Replay
        </Button>
      ) : (
        <Button loading={switchIt.isPending} onClick={() => switchIt.mutate()}>
          Switch on
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
            More
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={editing.open}>Change</Menu.Item>
          {kind === "webhook" && <Menu.Item onClick={() => rotate.mutate()}>New secret</Menu.Item>}
          {enabled && <Menu.Item onClick={() => switchIt.mutate()}>Switch off</Menu.Item>}
          <Menu.Item color="red" onClick={deleting.open}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <EditDestinationDialog destination={destination} opened={isEditing} onClose={editing.close} />
      <ReplayDialog destinationId={id} opened={isReplaying} onClose={replaying.close} />
      <Modal opened={test.data !== undefined} onClose={test.reset} title="The example" size="xl">
        {test.data && (
          <Stack>
            <Attempt attempt={test.data.attempt} />
            <Code block mah={320} tabIndex={0} aria-label="Body" style={{ overflow: "auto" }}>
              {indented(test.data.body)}
            </Code>
          </Stack>
        )}
      </Modal>
      <Modal opened={rotate.data !== undefined} onClose={rotate.reset} title="New secret" size="lg">
        {rotate.data && (
          <Stack>
            <Text size="sm">
              Keep it now: it is never shown again. The one before signs along until{" "}
              <Instant at={rotate.data.previous_secret_until} />.
            </Text>
            <Copyable label="Signing secret" value={rotate.data.secret} />
          </Stack>
        )}
      </Modal>
      <Modal opened={isDeleting} onClose={deleting.close} title="Delete this destination?">
        <Stack>
          <Alert color="red" variant="light">
            The log of its deliveries goes with it. To stop it for a while, switch it off instead.
          </Alert>
          <Group justify="flex-end">
            <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
              Delete
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Group>
  );
}
