import { Button, Group, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { humanise } from "@/parts/words";
import type { FieldSchema, Json } from "./fields";
import { typeOf } from "./fields";
import { readValue } from "./values";

interface Props {
  label: string;
  value: Json;
  schema: FieldSchema | null;
  /** Called with the new value, or undefined when it stays as it was. */
  onDone: (value: Json | undefined) => void;
}

/** An input that suits the field's type. Enter keeps, Escape leaves. */
export function FieldEditor({ label, value, schema, onDone }: Props) {
  const type = typeOf(schema) === "string" && schema === null ? kindOf(value) : typeOf(schema);
  const [text, setText] = useState(asText(value));
  const [error, setError] = useState<string | null>(null);
  const keep = () => {
    const read = type === "boolean" ? readBoolean(text) : readValue(text, type);
    if (read === undefined) setError(EXPECTED[type] ?? "That does not fit.");
    else onDone(read);
  };
  const options = optionsOf(type, schema);
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
        ) : type === "array" || type === "object" ? (
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
            label={label}
            description={schema?.description}
            placeholder="Not said"
            inputMode={type === "integer" ? "numeric" : type === "number" ? "decimal" : "text"}
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

const EXPECTED: Record<string, string> = {
  integer: "A whole number.",
  number: "A number.",
  array: 'A list in JSON, such as ["one", "two"].',
  object: "An object in JSON.",
};

function optionsOf(type: string, schema: FieldSchema | null) {
  if (type === "boolean")
    return [
      { value: "true", label: "Yes" },
      { value: "false", label: "No" },
    ];
  return schema?.enum
    ?.filter((option) => option !== null)
    .map((option) => ({ value: String(option), label: humanise(String(option)) }));
}

function readBoolean(text: string): Json {
  return text === "" ? null : text === "true";
}

function asText(value: Json): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function kindOf(value: Json): string {
  if (Array.isArray(value)) return "array";
  return value === null ? "string" : typeof value;
}
