import {
  ActionIcon,
  Button,
  Group,
  MultiSelect,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { zonesWith } from "@/parts/zones";
import { CALLEE, DAYS, type Draft, type Hours, USUAL_HOURS } from "./draft";

interface Props {
  draft: Draft;
  onChange: (changes: Partial<Draft>) => void;
}

/** When it begins by itself, and when it is over. */
export function Dates({ draft, isSettled, onChange }: Props & { isSettled: boolean }) {
  const isWrong = draft.startsAt !== "" && draft.endsAt !== "" && draft.startsAt >= draft.endsAt;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <TextInput
        type="datetime-local"
        label="Starts at"
        description={isSettled ? "It has started" : "By your clock; empty: started by hand"}
        disabled={isSettled}
        value={draft.startsAt}
        onChange={({ currentTarget: { value } }) => onChange({ startsAt: value })}
      />
      <TextInput
        type="datetime-local"
        label="Ends at"
        description="By your clock; empty: no end"
        value={draft.endsAt}
        error={isWrong && "Before it starts"}
        onChange={({ currentTarget: { value } }) => onChange({ endsAt: value })}
      />
    </SimpleGrid>
  );
}

/** On which days and at which hours it calls, and by whose clock. */
export function AllHours({ draft, onChange }: Props) {
  const put = (index: number, changes: Partial<Hours>) =>
    onChange({
      hours: draft.hours.map((each, at) => (at === index ? { ...each, ...changes } : each)),
    });
  return (
    <Stack gap="xs">
      <Text fw={500} size="sm">
        {draft.timeZone === CALLEE
          ? "Hours, in the contact’s own time"
          : `Hours, in the time of ${draft.timeZone}`}
      </Text>
      <Select
        label="Time zone of the hours"
        searchable
        allowDeselect={false}
        data={[
          { value: CALLEE, label: "Each contact’s own" },
          ...zonesWith(draft.timeZone === CALLEE ? "UTC" : draft.timeZone),
        ]}
        value={draft.timeZone}
        onChange={(timeZone) => timeZone && onChange({ timeZone })}
      />
      {draft.hours.length === 0 && (
        <Text size="sm" c="dimmed">
          Every day, at any hour that the rules allow.
        </Text>
      )}
      {draft.hours.map((hours, index) => (
        <Group key={index} align="flex-end" wrap="nowrap">
          <MultiSelect
            label="Days"
            style={{ flex: 1 }}
            data={DAYS}
            value={hours.days}
            error={hours.days.length === 0 && "Choose at least one"}
            onChange={(days) => put(index, { days })}
          />
          <TextInput
            type="time"
            label="From"
            value={hours.from}
            onChange={({ currentTarget: { value } }) => put(index, { from: value })}
          />
          <TextInput
            type="time"
            label="To"
            // Midnight, which such a field has no way to show.
            value={hours.to === "24:00" ? "23:59" : hours.to}
            onChange={({ currentTarget: { value } }) => put(index, { to: value })}
          />
          <ActionIcon
            variant="subtle"
            size="lg"
            aria-label={`Remove hours ${index + 1}`}
            onClick={() => onChange({ hours: draft.hours.filter((_, at) => at !== index) })}
          >
            <IconTrash size={17} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <Group>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={15} aria-hidden />}
          onClick={() => onChange({ hours: [...draft.hours, USUAL_HOURS] })}
        >
          Add hours
        </Button>
      </Group>
    </Stack>
  );
}
