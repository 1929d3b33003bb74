import {
  ActionIcon,
  Button,
  Card,
  Checkbox,
  Group,
  NumberInput,
  Select,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { agentsQuery } from "@/api/agents";
import type { Policy } from "@/api/policies";

interface Props {
  form: UseFormReturnType<Policy>;
  isReadOnly: boolean;
}

/** Which agents' calls are scored, and how many of them. */
export function CallsTab({ form, isReadOnly }: Props) {
  const agents = useQuery(agentsQuery);
  const inUse = agents.data?.filter(({ archived_at }) => archived_at === null) ?? [];
  const chosen = form.values.applies_to;
  const free = inUse.filter(({ id }) => !chosen.some(({ agent_id }) => agent_id === id));
  const [next] = free;
  return (
    <Card>
      <Title order={2}>Which calls</Title>
      <Text size="sm" c="dimmed" mt={4} mb="md">
        A share of calls is chosen by their ids: the same call is in or out, however often it is
        looked at.
      </Text>
      <Stack>
        {chosen.length === 0 && (
          <Text size="sm">It applies to no agent yet, so it scores no calls by itself.</Text>
        )}
        {chosen.map(({ agent_id }, index) => (
          <Group key={index} gap="sm" align="flex-end">
            <Select
              label="Agent"
              w={260}
              allowDeselect={false}
              readOnly={isReadOnly}
              data={inUse
                .filter(({ id }) => id === agent_id || free.some((each) => each.id === id))
                .map(({ id, name }) => ({ value: id, label: name }))}
              {...form.getInputProps(`applies_to.${index}.agent_id`)}
            />
            <NumberInput
              label="Share of its calls"
              w={150}
              min={1}
              max={100}
              suffix=" %"
              readOnly={isReadOnly}
              {...form.getInputProps(`applies_to.${index}.sample_percent`)}
            />
            {!isReadOnly && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size={36}
                aria-label={`Remove agent ${index + 1}`}
                onClick={() => form.removeListItem("applies_to", index)}
              >
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            )}
          </Group>
        ))}
        {!isReadOnly && (
          <Button
            variant="default"
            size="xs"
            style={{ alignSelf: "flex-start" }}
            leftSection={<IconPlus size={15} aria-hidden />}
            disabled={!next}
            onClick={() =>
              next && form.insertListItem("applies_to", { agent_id: next.id, sample_percent: 100 })
            }
          >
            Add an agent
          </Button>
        )}
        <Checkbox
          label="Only calls that people took"
          description="No voicemail, no phone menus."
          disabled={isReadOnly}
          {...form.getInputProps("people_only", { type: "checkbox" })}
        />
        <NumberInput
          label="Only calls of at least"
          w={190}
          min={0}
          max={86_400}
          suffix=" seconds"
          readOnly={isReadOnly}
          {...form.getInputProps("min_duration_seconds")}
        />
      </Stack>
    </Card>
  );
}
