import { ActionIcon, Button, Group, Menu, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconArchive, IconCloudSearch, IconDots } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { archiveAgent, type Draft, draftKeys } from "@/api/drafts";
import { explain } from "@/parts/explain";

interface Props {
  agent: Draft;
  onCompare: () => void;
}

/** What is done to an agent now and then. */
export function AgentMenu({ agent, onCompare }: Props) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isAsking, asking] = useDisclosure(false);
  const archive = useMutation({
    mutationFn: () => archiveAgent(agent.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: draftKeys.all });
      await navigate({ to: "/agents" });
      notifications.show({ message: `${agent.name} takes no more calls.` });
    },
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
          <Menu.Item
            leftSection={<IconCloudSearch size={16} aria-hidden />}
            disabled={agent.published_version === null}
            onClick={onCompare}
          >
            Compare with Retell
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            c="var(--mantine-color-error)"
            leftSection={<IconArchive size={16} aria-hidden />}
            onClick={asking.open}
          >
            Archive
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={isAsking} onClose={asking.close} title={`Archive ${agent.name}?`}>
        <Text size="sm">It takes no more calls. Its calls, records and versions stay.</Text>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={asking.close}>
            Keep it
          </Button>
          <Button color="red" loading={archive.isPending} onClick={() => archive.mutate()}>
            Archive
          </Button>
        </Group>
      </Modal>
    </>
  );
}
