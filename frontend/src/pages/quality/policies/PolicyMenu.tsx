import { ActionIcon, Button, Group, Menu, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconArchive, IconDots } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { archivePolicy, type Policy, policyKeys } from "@/api/policies";
import { explain } from "@/parts/explain";

/** What is done to a policy now and then. */
export function PolicyMenu({ policy }: { policy: Policy }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isAsking, asking] = useDisclosure(false);
  const archive = useMutation({
    mutationFn: () => archivePolicy(policy.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: policyKeys.all });
      await navigate({ to: "/quality/policies" });
      notifications.show({ message: `${policy.name} scores no more calls.` });
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
            c="var(--mantine-color-error)"
            leftSection={<IconArchive size={16} aria-hidden />}
            onClick={asking.open}
          >
            Archive
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={isAsking} onClose={asking.close} title={`Archive ${policy.name}?`}>
        <Text size="sm">It scores no more calls. Its evaluations and versions stay.</Text>
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
