import { Alert, Button, Group, Stack, TextInput } from "@mantine/core";
import { explain } from "@/parts/explain";
import classes from "./Record.module.css";

interface Props {
  note: string;
  onNote: (note: string) => void;
  error: Error | null;
  isSaving: boolean;
  onDiscard: () => void;
  onSave: () => void;
}

export function SaveBar({ note, onNote, error, isSaving, onDiscard, onSave }: Props) {
  return (
    <Stack gap="sm" className={classes.save}>
      {error && (
        <Alert color="red" variant="light" role="alert">
          {explain(error).detail}
        </Alert>
      )}
      <TextInput
        size="xs"
        label="Why (optional)"
        value={note}
        onChange={(event) => onNote(event.currentTarget.value)}
      />
      <Group justify="flex-end" gap="xs">
        <Button size="xs" variant="default" onClick={onDiscard}>
          Discard
        </Button>
        <Button size="xs" loading={isSaving} onClick={onSave}>
          Save corrections
        </Button>
      </Group>
    </Stack>
  );
}
