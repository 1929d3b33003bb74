import { Group, Menu, Text, UnstyledButton } from "@mantine/core";
import { useId } from "@mantine/hooks";
import { IconBraces } from "@tabler/icons-react";
import { type ReactNode, useRef } from "react";
import classes from "./Parts.module.css";
import { piecesOf } from "./placeholders";

interface Props {
  label: string;
  value: string;
  /** The names of the agent's variables. */
  variables: readonly string[];
  minRows?: number;
  placeholder?: string;
  error?: ReactNode;
  isReadOnly?: boolean;
  onChange: (value: string) => void;
}

/** A text with `{{variables}}`, which are lit; those that nobody has declared in another colour. */
export function PromptInput(props: Props) {
  const { label, value, variables, minRows = 2, placeholder, error, isReadOnly, onChange } = props;
  const id = useId();
  const input = useRef<HTMLTextAreaElement>(null);
  const insert = (name: string) => {
    const at = input.current?.selectionStart ?? value.length;
    const end = input.current?.selectionEnd ?? at;
    onChange(`${value.slice(0, at)}{{${name}}}${value.slice(end)}`);
    input.current?.focus();
  };
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Text component="label" htmlFor={id} size="xs" c="dimmed">
          {label}
        </Text>
        {variables.length > 0 && !isReadOnly && <VariableMenu names={variables} onPick={insert} />}
      </Group>
      <div className={classes.prompt} data-error={error ? true : undefined}>
        <div aria-hidden style={{ minHeight: `${minRows * 1.6 * 0.875 + 1.5}rem` }}>
          {piecesOf(value, new Set(variables)).map((piece, index) =>
            piece.variable ? (
              <mark
                key={index}
                className={classes.variable}
                style={{ color: "transparent" }}
                data-unknown={piece.isKnown ? undefined : true}
              >
                {piece.text}
              </mark>
            ) : (
              piece.text
            ),
          )}
          {"\u200b"}
        </div>
        <textarea
          ref={input}
          id={id}
          value={value}
          placeholder={placeholder}
          readOnly={isReadOnly}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? `${id}-error` : undefined}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      </div>
      {error && (
        <Text id={`${id}-error`} size="xs" c="var(--mantine-color-error)" mt={4} role="alert">
          {error}
        </Text>
      )}
    </div>
  );
}

function VariableMenu({
  names,
  onPick,
}: {
  names: readonly string[];
  onPick: (n: string) => void;
}) {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <UnstyledButton>
          <Group gap={4}>
            <IconBraces size={14} aria-hidden />
            <Text size="xs">Insert a variable</Text>
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {names.map((name) => (
          <Menu.Item key={name} onClick={() => onPick(name)}>
            <span className="mono">{name}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
