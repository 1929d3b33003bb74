import {
  Button,
  Group,
  NumberInput,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { type SyntheticEvent, useState } from "react";
import type { Criterion } from "@/api/policies";
import { choicesFor, type Verdict, verdictOf } from "./verdicts";

export interface Override {
  verdict: Verdict;
  note: string;
}

interface Props {
  criterion: Criterion;
  before: Override;
  /** Called with what was chosen, or without anything when it stays as it was. */
  onDone: (given?: Override) => void;
}

/** A person's own verdict on a criterion, with why. */
export function CriterionEditor({ criterion, before, onDone }: Props) {
  const [text, setText] = useState(before.verdict === null ? "" : String(before.verdict));
  const [note, setNote] = useState(before.note);
  const verdict = verdictOf(text, criterion.scale);
  const choices = choicesFor(criterion);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (verdict !== null && text !== "") onDone({ verdict, note: note.trim() });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <div>
          <Text fw={560}>{criterion.name}</Text>
          <Text size="sm" c="dimmed">
            {criterion.question}
          </Text>
        </div>
        <Group align="flex-end" gap="sm">
          {criterion.scale === "percent" && (
            <NumberInput
              label="Percent"
              w={110}
              min={0}
              max={100}
              suffix=" %"
              data-autofocus
              value={text === "not_applicable" ? "" : text}
              onChange={(value) => setText(String(value))}
            />
          )}
          {choices.length > 0 && (
            <SegmentedControl
              aria-label={`Verdict on ${criterion.name}`}
              data={choices}
              value={text}
              onChange={setText}
            />
          )}
        </Group>
        <TextInput
          label="Why (optional)"
          value={note}
          onChange={({ currentTarget: { value } }) => setNote(value)}
        />
        <Group justify="flex-end" gap="xs">
          <Button size="xs" variant="default" onClick={() => onDone()}>
            Leave as it was
          </Button>
          <Button size="xs" type="submit" disabled={verdict === null || text === ""}>
            Keep this
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
