import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { Copyable } from "@/parts/Copyable";

/** Shows a secret, which is shown once. */
export function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="The secret">
      <Stack>
        <Text size="sm" ta="left">
          Every question is signed with it, by Standard Webhooks. Copy it now: it is not shown
          again.
        </Text>
        <Copyable label="Secret" value={secret} />
        <Group justify="flex-end">
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
