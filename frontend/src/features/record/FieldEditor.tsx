import { Button, Group, Select, Stack, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { humanise } from "@/parts/words";
import type { FieldSchema, Json } from "@/api/json";
import { kindOf, readValue } from "./values";
import { wallClock } from "./zones";

interface Props {
  label: string;
  value: Json;
  schema: FieldSchema | null;
  /** The zone that moments are meant in. */
  zone: string;
  /** Called with the new value, or undefined when it stays as it was. */
  onDone: (value: Json | undefined) => void;
}

/** An input that suits the field's type. Enter keeps, Escape leaves. */
export function FieldEditor({ label, value, schema, zone, onDone }: Props) {
  const kind = kindOf(value, schema);
  const before = kind === "date-time" ? wallClock(asText(value), zone) : asText(value);
  const [text, setText] = useState(before);
  const [error, setError] = useState<string | null>(null);
  const keep = () => {
    // Untouched it stays as it was written; what the input cannot show, it does not know.
    const isSame = text === before && (text !== "" || value === null);
    const read = isSame ? value : readValue(text, kind, zone);
    if (read === undefined) setError(EXPECTED[kind] ?? "That does not fit.");
    else onDone(isSame ? undefined : read);
  };
  const options = optionsOf(kind, schema);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>("input, textarea")?.focus(), []);
  return (
    <form
      ref={form}
      style={{ gridColumn: "1 / -1" }}
      onSubmit={(event) => {
        event.preventDefault();
        keep();
      }}
    >
      <Stack
        gap="xs"
        onKeyDown={(event) => {
          if (event.key === "Escape") onDone(undefined);
        }}
      >
        {options ? (
          <Select
            label={label}
            description={schema?.description}
            data={options}
            value={text || null}
            onChange={(chosen) => setText(chosen ?? "")}
            placeholder="Not said"
            clearable
          />
        ) : kind === "array" && isOfWords(value, schema) ? (
          <TagsInput
            label={label}
            description={schema?.description ?? "Enter adds one."}
            value={wordsIn(text)}
            onChange={(items) => setText(JSON.stringify(items))}
          />
        ) : kind === "array" || kind === "object" ? (
          <Textarea
            label={`${label}, as JSON`}
            description={schema?.description}
            autosize
            minRows={2}
            value={text}
            error={error}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        ) : (
          <TextInput
            label={kind === "date-time" ? `${label} (${zone})` : label}
            description={schema?.description}
            placeholder="Not said"
            type={INPUT_TYPES[kind] ?? "text"}
            inputMode={kind === "integer" ? "numeric" : kind === "number" ? "decimal" : undefined}
            value={text}
            error={error}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        )}
        <Group gap="xs">
          <Button size="compact-sm" type="submit">
            Keep
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => onDone(undefined)}>
            Leave as it was
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Whether all items of a list are words, as far as is known, so that nobody has to write JSON. */
function isOfWords(value: Json, schema: FieldSchema | null): boolean {
  const items = Array.isArray(value) ? value : [];
  const { enum: choices, type } = schema?.items ?? {};
  const isWritten = [type ?? "string"].flat().includes("string") && !choices;
  return isWritten && items.every((item) => typeof item === "string");
}

function wordsIn(text: string): string[] {
  return text === "" ? [] : (JSON.parse(text) as string[]);
}

const INPUT_TYPES: Record<string, string> = {
  "date-time": "datetime-local",
  date: "date",
  time: "time",
};

const EXPECTED: Record<string, string> = {
  integer: "A whole number.",
  number: "A number.",
  array: 'A list in JSON, e.g. ["one", "two"].',
  object: "An object in JSON.",
  "date-time": "A date and time; this one there is not, as when clocks go forward.",
};

function optionsOf(kind: string, schema: FieldSchema | null) {
  if (kind === "boolean")
    return [
      { value: "true", label: "Yes" },
      { value: "false", label: "No" },
    ];
  return schema?.enum
    ?.filter((option) => option !== null)
    .map((option) => ({ value: String(option), label: humanise(String(option)) }));
}

function asText(value: Json): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
