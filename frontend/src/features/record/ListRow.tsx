import { ActionIcon, Alert, Group, Text, Tooltip } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import type { FieldSchema, Json } from "@/api/json";
import type { CallRecord, Place } from "@/api/records";
import { FieldEditor } from "./FieldEditor";
import classes from "./Record.module.css";
import { labelOf, showValue } from "./values";

interface Props {
  path: string;
  label: string;
  items: [path: string, value: Json][];
  schema: FieldSchema | null;
  itemSchema: FieldSchema | null;
  zone: string | undefined;
  record: CallRecord;
  pinned: Place | null;
  isChanged: boolean;
  isEdited: boolean;
  onShow: (place: Place) => void;
  onHover: (place: Place | null) => void;
  onEdit: (isEdited: boolean) => void;
  onChange: (value: Json) => void;
}

/** A list of plain values: one chip each, whose words light up when it is pointed at. */
export function ListRow(props: Props) {
  const { path, label, items, schema, zone, record, isChanged, isEdited, onEdit, onChange } = props;
  if (isEdited)
    return (
      <li className={classes.row} style={{ padding: "11px 18px" }}>
        <FieldEditor
          label={label}
          value={items.map(([, value]) => value)}
          schema={schema}
          zone={zone ?? "UTC"}
          onDone={(changed) => {
            onEdit(false);
            if (changed !== undefined) onChange(changed);
          }}
        />
      </li>
    );
  const problems = isChanged
    ? []
    : record.problems.filter(({ field }) => field === path || items.some(([at]) => at === field));
  return (
    <li className={classes.row} data-problem={problems.length > 0 || undefined}>
      <div className={classes.field}>
        <span className={classes.label}>
          {label}
          {isChanged && <span> · changed</span>}
        </span>
        <Group component="ul" gap={6} mt={4} p={0} style={{ listStyle: "none" }}>
          {items.map(([at, value]) => (
            <li key={at}>
              <Chip {...props} at={at} value={value} />
            </li>
          ))}
        </Group>
      </div>
      <Tooltip label="Correct">
        <ActionIcon
          className={classes.edit}
          variant="subtle"
          color="gray"
          data-edit
          aria-label={`Correct ${label}`}
          onClick={() => onEdit(true)}
        >
          <IconPencil size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      {problems.map(({ field, code, message }) => (
        <Alert key={field + code} color="orange" variant="light" p="xs" className={classes.problem}>
          <Text size="sm">
            {field !== path && <strong>{labelOf(field)}: </strong>}
            {message}
          </Text>
        </Alert>
      ))}
    </li>
  );
}

function Chip(props: Props & { at: string; value: Json }) {
  const { at, value, itemSchema, zone, record, pinned, isChanged, onShow, onHover } = props;
  const evidence = isChanged ? undefined : record.evidence[at];
  const place = evidence?.found ? evidence : null;
  const text = showValue(value, itemSchema, zone);
  return (
    <Tooltip
      label={evidence?.quote && `“${evidence.quote}”`}
      disabled={!evidence?.quote}
      multiline
      maw={360}
    >
      <button
        type="button"
        className={classes.chip}
        data-proof
        data-lit={(place !== null && pinned === place) || undefined}
        disabled={!place}
        onMouseEnter={() => onHover(place)}
        onMouseLeave={() => onHover(null)}
        onFocus={() => onHover(place)}
        onBlur={() => onHover(null)}
        onClick={() => place && onShow(place)}
      >
        {text}
      </button>
    </Tooltip>
  );
}
