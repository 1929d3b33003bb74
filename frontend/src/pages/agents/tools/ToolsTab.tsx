import { ActionIcon, Button, Card, Group, Menu, Stack, Text, Title } from "@mantine/core";
import { IconPlus, IconTool, IconTrash } from "@tabler/icons-react";
import { EmptyState } from "@/parts/EmptyState";
import { ToolForm } from "./ToolForm";
import { newTool, TOOL_KINDS, type ToolKind, toolName } from "./tools";
import type { DraftForm } from "@/pages/agents/parts/draftForm";

interface Props {
  form: DraftForm;
  isReadOnly: boolean;
}

/** What the agent may do beside talking. */
export function ToolsTab({ form, isReadOnly }: Props) {
  const { tools } = form.values;
  const add = !isReadOnly && (
    <AddTool onAdd={(kind) => form.insertListItem("tools", newTool(kind))} />
  );
  if (tools.length === 0)
    return (
      <Card>
        <EmptyState icon={IconTool} title="No tools yet" action={add}>
          Let it hang up, pass the call on, press keys in a menu, or ask another system.
        </EmptyState>
      </Card>
    );
  return (
    <Stack>
      {tools.map((tool, index) => (
        <Card key={index}>
          <Group justify="space-between" mb="md">
            <div>
              <Title order={2}>{TOOL_KINDS[tool.type].label}</Title>
              <Text size="xs" c="dimmed" className="mono">
                {toolName(tool)}
              </Text>
            </div>
            {!isReadOnly && (
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Remove ${toolName(tool)}`}
                onClick={() => form.removeListItem("tools", index)}
              >
                <IconTrash size={17} aria-hidden />
              </ActionIcon>
            )}
          </Group>
          <ToolForm form={form} index={index} isReadOnly={isReadOnly} />
        </Card>
      ))}
      <div>{add}</div>
    </Stack>
  );
}

function AddTool({ onAdd }: { onAdd: (kind: ToolKind) => void }) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />}>
          Add a tool
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(Object.keys(TOOL_KINDS) as ToolKind[]).map((kind) => (
          <Menu.Item key={kind} onClick={() => onAdd(kind)}>
            <Text size="sm" fw={560}>
              {TOOL_KINDS[kind].label}
            </Text>
            <Text size="xs" c="dimmed">
              {TOOL_KINDS[kind].about}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
