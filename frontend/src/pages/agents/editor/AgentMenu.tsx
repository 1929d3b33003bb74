import { Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconCloudSearch } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { archiveAgent, type Draft, draftKeys } from "@/api/drafts";
import { DraftMenu } from "@/parts/drafts/DraftMenu";

interface Props {
  agent: Draft;
  onCompare: () => void;
}

/** What is done to an agent now and then. */
export function AgentMenu({ agent, onCompare }: Props) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return (
    <DraftMenu
      name={agent.name}
      consequence="It takes no more calls. Its calls, records and versions stay."
      archive={() => archiveAgent(agent.id)}
      onArchived={async () => {
        await client.invalidateQueries({ queryKey: draftKeys.all });
        await navigate({ to: "/agents" });
        notifications.show({ message: `${agent.name} takes no more calls.` });
      }}
    >
      <Menu.Item
        leftSection={<IconCloudSearch size={16} aria-hidden />}
        disabled={agent.published_version === null}
        onClick={onCompare}
      >
        Compare with Retell
      </Menu.Item>
      <Menu.Divider />
    </DraftMenu>
  );
}
