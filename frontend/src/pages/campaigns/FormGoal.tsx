import {
  Autocomplete,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import type { Agent } from "@/api/agents";
import type { Draft } from "./draft";

interface Props {
  draft: Draft;
  /** Of the agent's record. */
  fields: string[];
  onChange: (changes: Partial<Draft>) => void;
}

const VOICEMAIL = [
  { value: "redial", label: "Is not enough: they are called again" },
  { value: "done", label: "Is enough" },
];

/** When a contact is reached as wanted, and what is done for those who ask for another time. */
export function Goal({ draft, fields, onChange }: Props) {
  return (
    <Stack gap="xs">
      <Text fw={500} size="sm">
        Reached as wanted
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Autocomplete
          label="When this field of the record"
          description="Empty: when somebody was spoken to"
          data={fields}
          value={draft.doneField}
          onChange={(doneField) => onChange({ doneField })}
        />
        <TextInput
          label="Is one of"
          description="With commas between them"
          placeholder="delivered, on_time"
          disabled={draft.doneField.trim() === ""}
          value={draft.doneValues}
          onChange={({ currentTarget: { value } }) => onChange({ doneValues: value })}
        />
        <Autocomplete
          label="Call back at the time in this field"
          description="Empty: nobody is called back"
          data={fields}
          value={draft.callbackField}
          onChange={(callbackField) => onChange({ callbackField })}
        />
        <NumberInput
          label="Call back at most"
          description="So many times"
          min={1}
          max={10}
          disabled={draft.callbackField.trim() === ""}
          value={draft.callbackMax}
          onChange={(value) => onChange({ callbackMax: Number(value) || 1 })}
        />
        <Select
          label="A message on voicemail"
          allowDeselect={false}
          data={VOICEMAIL}
          value={draft.voicemail}
          onChange={(voicemail) =>
            onChange({ voicemail: voicemail === "done" ? "done" : "redial" })
          }
        />
      </SimpleGrid>
    </Stack>
  );
}

/** The names of the fields of an agent's record. */
export function fieldsOf(agent: Pick<Agent, "record_schema"> | undefined): string[] {
  return Object.keys(agent?.record_schema?.properties ?? {});
}
