import { ActionIcon, Button, Group, Menu, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconArchive, IconDots } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { explain } from "@/parts/explain";

interface Props {
  name: string;
  /** What archiving does, and what it leaves. */
  consequence: string;
  archive: () => Promise<unknown>;
  onArchived: () => Promise<void>;
  /** What else is done to it, above the archiving. */
  children?: ReactNode;
}

/** What is done now and then to something that is edited as a draft. */
export function DraftMenu({ name, consequence, archive, onArchived, children }: Props) {
  const [isAsking, asking] = useDisclosure(false);
  const archiving = useMutation({
    mutationFn: archive,
    onSuccess: onArchived,
    onError: (error) => {
      const { title, detail } = explain(error);
      notifications.show({ color: "red", title, message: detail });
    },
  });
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon size={36} variant="default" aria-label="More">
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {children}
          <Menu.Item
            c="var(--mantine-color-error)"
            leftSection={<IconArchive size={16} aria-hidden />}
            onClick={asking.open}
          >
            Archive
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={isAsking} onClose={asking.close} title={`Archive ${name}?`}>
        <Text size="sm">{consequence}</Text>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={asking.close}>
            Keep it
          </Button>
          <Button color="red" loading={archiving.isPending} onClick={() => archiving.mutate()}>
            Archive
          </Button>
        </Group>
      </Modal>
    </>
  );
}
