import { Group, Kbd, Modal, Stack, Switch, Text, Title } from "@mantine/core";
import { useSingleKeys } from "@/parts/useKeys";
import { SHORTCUTS } from "./shortcuts";

/** The keys that do something, and the switch for those of one key. */
export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const [areOn, setAreOn] = useSingleKeys();
  return (
    <Modal opened onClose={onClose} title="Keyboard shortcuts">
      <Stack>
        {Object.entries(SHORTCUTS).map(([place, shortcuts]) => (
          <section key={place} aria-label={place}>
            <Title order={3} size="sm" mb="xs">
              {place}
            </Title>
            <Stack gap={6}>
              {shortcuts.map(({ keys, what }) => (
                <Group key={what} justify="space-between">
                  <Text size="sm">{what}</Text>
                  <Group gap={4}>
                    {keys.map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </Group>
                </Group>
              ))}
            </Stack>
          </section>
        ))}
        <Switch
          label="Single-key shortcuts"
          description="Turn them off if they get in the way of speech input or another tool."
          checked={areOn}
          onChange={(event) => setAreOn(event.currentTarget.checked)}
        />
      </Stack>
    </Modal>
  );
}
