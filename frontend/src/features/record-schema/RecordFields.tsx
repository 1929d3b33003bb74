import {
  ActionIcon,
  Badge,
  Button,
  Checkbox,
  Collapse,
  Group,
  Select,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
  UnstyledButton,
} from "@mantine/core";
import {
  IconArrowDown,
  IconArrowUp,
  IconChevronDown,
  IconPlus,
  IconTrash,
} from "@tabler/icons-react";
import { useState } from "react";
import { asName } from "@/parts/words";
import classes from "./Record.module.css";
import {
  type Field,
  isNeeded,
  KIND_LABELS,
  KINDS,
  moved,
  nameProblem,
  needHint,
  newField,
  withKind,
  withNeed,
} from "./recordFields";

interface Props {
  fields: Field[];
  isReadOnly: boolean;
  addLabel: string;
  onChange: (fields: Field[]) => void;
}

/** The fields of a record, or of a group inside it: add, sort, change, remove. */
export function RecordFields({ fields, isReadOnly, addLabel, onChange }: Props) {
  const [opened, setOpened] = useState<number | null>(null);
  const replace = (changed: Field) =>
    onChange(fields.map((field) => (field.key === changed.key ? changed : field)));
  const add = () => {
    const field = newField(freeName(fields));
    setOpened(field.key);
    onChange([...fields, field]);
  };
  return (
    <div>
      {fields.map((field, index) => (
        <div key={field.key} className={classes.field}>
          <div className={classes.fieldHead}>
            <FieldSummary
              field={field}
              isOpen={opened === field.key}
              onToggle={() => setOpened(opened === field.key ? null : field.key)}
            />
            {!isReadOnly && (
              <FieldActions
                field={field}
                isFirst={index === 0}
                isLast={index === fields.length - 1}
                onMove={(by) => onChange(moved(fields, index, by))}
                onRemove={() => onChange(fields.filter((other) => other !== field))}
              />
            )}
          </div>
          <Collapse expanded={opened === field.key}>
            <div className={classes.fieldBody}>
              <FieldForm
                field={field}
                problem={nameProblem(field, fields)}
                isReadOnly={isReadOnly}
                onChange={replace}
              />
            </div>
          </Collapse>
        </div>
      ))}
      {!isReadOnly && (
        <Button
          mt="sm"
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={15} aria-hidden />}
          onClick={add}
        >
          {addLabel}
        </Button>
      )}
    </div>
  );
}

function freeName(fields: readonly Field[]): string {
  const names = new Set(fields.map(({ name }) => name));
  let number = fields.length + 1;
  while (names.has(`field_${number}`)) number += 1;
  return `field_${number}`;
}

interface SummaryProps {
  field: Field;
  isOpen: boolean;
  onToggle: () => void;
}

function FieldSummary({ field, isOpen, onToggle }: SummaryProps) {
  return (
    <UnstyledButton className={classes.fieldName} aria-expanded={isOpen} onClick={onToggle}>
      <IconChevronDown
        size={15}
        aria-hidden
        style={{ flex: "none", alignSelf: "center", rotate: isOpen ? "0deg" : "-90deg" }}
      />
      <span className="mono" style={{ fontWeight: 600 }}>
        {field.name || "(no name)"}
      </span>
      <Text span size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
        {kindOf(field)}
      </Text>
      {isNeeded(field) && (
        <Badge size="sm" color="gray" style={{ flex: "none" }}>
          required
        </Badge>
      )}
      <Text span size="xs" c="dimmed" truncate visibleFrom="sm">
        {field.description}
      </Text>
    </UnstyledButton>
  );
}

function kindOf({ kind, children }: Field): string {
  const [item] = children;
  if (kind === "list" && item) return `List of ${KIND_LABELS[item.kind].toLowerCase()}`;
  return KIND_LABELS[kind];
}

interface ActionProps {
  field: Field;
  isFirst: boolean;
  isLast: boolean;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

function FieldActions({ field, isFirst, isLast, onMove, onRemove }: ActionProps) {
  const shared = {
    variant: "subtle",
    color: "gray",
    size: "md",
    className: classes.action,
  } as const;
  return (
    <Group gap={2} wrap="nowrap">
      <ActionIcon
        {...shared}
        disabled={isFirst}
        aria-label={`Move ${field.name} up`}
        onClick={() => onMove(-1)}
      >
        <IconArrowUp size={15} aria-hidden />
      </ActionIcon>
      <ActionIcon
        {...shared}
        disabled={isLast}
        aria-label={`Move ${field.name} down`}
        onClick={() => onMove(1)}
      >
        <IconArrowDown size={15} aria-hidden />
      </ActionIcon>
      <ActionIcon {...shared} aria-label={`Remove ${field.name}`} onClick={onRemove}>
        <IconTrash size={15} aria-hidden />
      </ActionIcon>
    </Group>
  );
}

interface FormProps {
  field: Field;
  problem: string | null;
  isReadOnly: boolean;
  /** An item of a list has no name, and is always there. */
  isItem?: boolean;
  onChange: (field: Field) => void;
}

function FieldForm({ field, problem, isReadOnly, isItem = false, onChange }: FormProps) {
  const [item] = field.children;
  return (
    <Stack gap="sm" mt="sm">
      <Group grow align="flex-start">
        {!isItem && (
          <TextInput
            label="Name"
            classNames={{ input: "mono" }}
            readOnly={isReadOnly}
            value={field.name}
            error={problem}
            placeholder="delivery_address"
            onBlur={({ currentTarget: { value } }) =>
              !isReadOnly && value !== asName(value) && onChange({ ...field, name: asName(value) })
            }
            onChange={({ currentTarget: { value } }) => onChange({ ...field, name: value })}
          />
        )}
        <Select
          label={isItem ? "Item type" : "Kind"}
          readOnly={isReadOnly}
          allowDeselect={false}
          data={KINDS.filter((kind) => !isItem || kind !== "list").map((kind) => ({
            value: kind,
            label: KIND_LABELS[kind],
          }))}
          value={field.kind}
          onChange={(kind) => onChange(withKind(field, kind ?? "text"))}
        />
      </Group>
      {!isItem && (
        <Textarea
          label="What to look for"
          description="The model reads this: say what counts, in which unit, and what does not."
          autosize
          minRows={1}
          readOnly={isReadOnly}
          value={field.description}
          onChange={({ currentTarget: { value } }) => onChange({ ...field, description: value })}
        />
      )}
      {field.kind === "choice" && (
        <TagsInput
          label="Choices"
          description="Enter adds one."
          readOnly={isReadOnly}
          value={field.options.filter(Boolean)}
          onChange={(options) => onChange({ ...field, options })}
        />
      )}
      {!isItem && (
        <Checkbox
          label="Required"
          description={needHint(field)}
          disabled={isReadOnly}
          checked={isNeeded(field)}
          indeterminate={field.required && field.nullable}
          onChange={({ currentTarget: { checked } }) => onChange(withNeed(field, checked))}
        />
      )}
      {field.kind === "list" && item && (
        <div className={classes.nested}>
          <FieldForm
            field={item}
            problem={null}
            isReadOnly={isReadOnly}
            isItem
            onChange={(changed) => onChange({ ...field, children: [changed] })}
          />
        </div>
      )}
      {field.kind === "object" && (
        <div className={classes.nested}>
          <RecordFields
            fields={field.children}
            isReadOnly={isReadOnly}
            addLabel={`Add a field to ${isItem ? "each of them" : field.name}`}
            onChange={(children) => onChange({ ...field, children })}
          />
        </div>
      )}
    </Stack>
  );
}
