import { JsonInput } from "@mantine/core";
import { type ReactNode, useState } from "react";

interface Props {
  label: string;
  description?: string;
  value: unknown;
  isReadOnly: boolean;
  error?: ReactNode;
  /** Called with each text that is an object; null where there is none. */
  onChange: (value: Record<string, unknown> | null) => void;
}

/** An object as JSON. What is no JSON yet is kept on the page alone, and said to be none. */
export function JsonField({ label, description, value, isReadOnly, error, onChange }: Props) {
  const [text, setText] = useState(() => (value ? JSON.stringify(value, null, 2) : ""));
  const [problem, setProblem] = useState<string | null>(null);
  return (
    <JsonInput
      label={label}
      description={description}
      classNames={{ input: "mono" }}
      autosize
      minRows={3}
      maxRows={30}
      readOnly={isReadOnly}
      value={text}
      error={problem ?? error}
      onChange={(next) => {
        setText(next);
        const read = readObject(next);
        setProblem(read === undefined ? "This is not a JSON object." : null);
        if (read !== undefined) onChange(read);
      }}
    />
  );
}

function readObject(text: string): Record<string, unknown> | null | undefined {
  if (text.trim() === "") return null;
  try {
    const read: unknown = JSON.parse(text);
    const isObject = typeof read === "object" && read !== null && !Array.isArray(read);
    return isObject ? (read as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
