import { ActionIcon, Alert, Text, Tooltip } from "@mantine/core";
import { IconPencil, IconQuote } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import type { CallRecord, Evidence, NotSaid, Place } from "@/api/records";
import classes from "./Record.module.css";
import { FieldEditor } from "./FieldEditor";
import type { FieldSchema, Json } from "@/api/json";
import { showElsewhere, showGap, showValue } from "./values";

interface Props {
  label: string;
  value: Json;
  schema: FieldSchema | null;
  zone: string | undefined;
  evidence: Evidence | undefined;
  notSaid: NotSaid | undefined;
  problem: CallRecord["problems"][number] | undefined;
  /** Whether a person approved or corrected the record. */
  isVouchedFor: boolean;
  isLit: boolean;
  isChanged: boolean;
  isEdited: boolean;
  onShow: (place: Place) => void;
  onHover: (place: Place | null) => void;
  onEdit: (isEdited: boolean) => void;
  onChange: (value: Json) => void;
}

/** Where a value was said, or where it was asked for. */
function placeOf(evidence: Evidence | undefined, notSaid: NotSaid | undefined): Place | null {
  if (evidence) return evidence.found ? evidence : null;
  return notSaid?.turns.length ? notSaid : null;
}

/** One value with its proof: pointing at it lights the words in the transcript, a click plays them. */
export function FieldRow(props: Props) {
  const { label, value, schema, zone, problem, isLit, isChanged, isEdited, onEdit, onChange } =
    props;
  const pencil = useRef<HTMLButtonElement>(null);
  const wasEdited = useRef(false);
  useEffect(() => {
    // Whoever works by keyboard goes on where they were.
    if (wasEdited.current && !isEdited) pencil.current?.focus();
    wasEdited.current = isEdited;
  }, [isEdited]);
  if (isEdited)
    return (
      <li className={classes.row} style={{ padding: "11px 18px" }}>
        <FieldEditor
          label={label}
          value={value}
          schema={schema}
          zone={zone ?? "UTC"}
          onDone={(changed) => {
            onEdit(false);
            if (changed !== undefined) onChange(changed);
          }}
        />
      </li>
    );
  return (
    <li
      className={classes.row}
      data-lit={isLit || undefined}
      data-problem={problem !== undefined && !isChanged ? true : undefined}
    >
      <Proof {...props} />
      <Tooltip label="Correct">
        <ActionIcon
          ref={pencil}
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
      {problem && !isChanged && (
        <Alert color="orange" variant="light" p="xs" className={classes.problem}>
          <Text size="sm">{problem.message}</Text>
          <Text size="xs" mt={2}>
            {WHAT_TO_DO[problem.code] ?? "Check the value, then correct or approve it."}
          </Text>
        </Alert>
      )}
    </li>
  );
}

const WHAT_TO_DO: Record<string, string> = {
  not_asked: "Enter it if you know it from elsewhere. It stays empty when you approve.",
  not_answered: "Listen for it, and enter it if it was said. It stays empty when you approve.",
  invalid: "Enter a value that fits.",
  no_quote: "No supporting quote. Find one in the transcript, or clear the value.",
  quote_not_found: "Compare with the transcript, then correct or approve.",
  wrong_speaker: "The agent said it, not the caller. Check that the caller agreed.",
  value_contradicts_quote: "The value and the quote disagree. Choose which is right.",
  taken_back: "It was said, then taken back. Check what was said later.",
  contradicted: "Read the turn that is named, then choose which is right.",
  not_decided: "Read what was said around it, then correct or approve.",
  not_proven: "The rules cannot tell. Compare with the words.",
};

const PROVEN_BY: Record<NonNullable<Evidence["proven_by"]>, string> = {
  rules: "proven by rules",
  second_reading: "read twice",
  person: "vouched for by a person",
};

function Proof(props: Props) {
  const { label, value, schema, zone, evidence, notSaid, isChanged, onShow, onHover } = props;
  const isInvented = evidence?.found === false && evidence.quote !== null;
  const place = isChanged ? null : placeOf(evidence, notSaid);
  const isGap = value === null || value === "" || (notSaid !== undefined && !isChanged);
  const light = () => onHover(place);
  const dim = () => onHover(null);
  return (
    <button
      type="button"
      className={classes.field}
      data-proof
      disabled={!place}
      title={schema?.description}
      onMouseEnter={light}
      onMouseLeave={dim}
      onFocus={light}
      onBlur={dim}
      onClick={() => place && onShow(place)}
    >
      <span className={classes.label}>
        {label}
        {isChanged && <span> · changed</span>}
      </span>
      <span
        className={classes.value}
        style={{ display: "block" }}
        title={showElsewhere(value, schema)}
      >
        {isGap ? (
          <Text span inherit c="dimmed" fw={400}>
            {showGap(isChanged ? undefined : notSaid)}
          </Text>
        ) : (
          showValue(value, schema, zone)
        )}
      </span>
      {isInvented && props.isVouchedFor && !isChanged && (
        <span className={classes.quote}>
          Approved by a person, without a quote in the transcript
        </span>
      )}
      {evidence?.quote && !isChanged && !(isInvented && props.isVouchedFor) && (
        <span className={classes.quote} style={{ display: "flex", gap: 6 }}>
          <IconQuote size={14} style={{ flex: "none", marginTop: 3 }} aria-hidden />
          <span>
            {evidence.quote}
            {isInvented && <strong> (not in the transcript)</strong>}
            {evidence.proven_by && (
              <span style={{ whiteSpace: "nowrap" }}> · {PROVEN_BY[evidence.proven_by]}</span>
            )}
          </span>
        </span>
      )}
    </button>
  );
}
