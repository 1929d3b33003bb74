import { Badge, Group, Paper, Text } from "@mantine/core";

/** How the key that signs is marked in Retell's list of keys. */
export function WebhookBadgePicture() {
  return (
    <Paper
      withBorder
      p="sm"
      my="xs"
      maw={420}
      role="img"
      aria-label="A list of two keys; the second has a badge with the word Webhook."
    >
      <Group justify="space-between">
        <Text size="sm">Production</Text>
        <Text size="sm" className="mono">
          key_••••••3f2a
        </Text>
      </Group>
      <Group justify="space-between" mt={6}>
        <Group gap="xs">
          <Text size="sm">Signing</Text>
          <Badge size="sm" color="signal" tt="none">
            Webhook
          </Badge>
        </Group>
        <Text size="sm" className="mono">
          key_••••••91bc
        </Text>
      </Group>
    </Paper>
  );
}
