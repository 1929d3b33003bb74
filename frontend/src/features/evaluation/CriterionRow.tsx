import { ActionIcon, Alert, Text, Tooltip } from "@mantine/core";
import { IconPencil, IconQuote } from "@tabler/icons-react";
import type { Result } from "@/api/evaluations";
import type { Criterion } from "@/api/policies";
import type { Place } from "@/api/records";
import { CriterionEditor, type Override } from "./CriterionEditor";
import classes from "./Evaluation.module.css";
import { asVerdict, isDoubtful, placeOf, sayVerdict, toneOf } from "./verdicts";

interface Props {
  result: Result;
  /** What was asked; left out where the policy cannot be read. */
  criterion: Criterion | undefined;
  override: Override | undefined;
  isLit: boolean;
  isEdited: boolean;
  isReadOnly: boolean;
  onEdit: (isEdited: boolean) => void;
  onOverride: (override: Override) => void;
  onShow: (place: Place) => void;
  onHover: (place: Place | null) => void;
}

/** One criterion with its verdict and what proves it: a click jumps to where it was said. */
export function CriterionRow(props: Props) {
  const { result, criterion, override, isLit, isEdited, isReadOnly, onEdit, onOverride } = props;
  if (isEdited && criterion)
    return (
      <li className={classes.row}>
        <div className={classes.editor}>
          <CriterionEditor
            criterion={criterion}
            before={override ?? { verdict: asVerdict(result.verdict), note: result.note ?? "" }}
            onDone={(given) => {
              onEdit(false);
              if (given) onOverride(given);
            }}
          />
        </div>
      </li>
    );
  const isDoubted = isDoubtful(result) && !override;
  return (
    <li className={classes.row} data-lit={isLit || undefined} data-problem={isDoubted || undefined}>
      <Proof {...props} isDoubted={isDoubted} />
      {!isReadOnly && criterion && (
        <Tooltip label="Override">
          <ActionIcon
            className={classes.edit}
            variant="subtle"
            color="gray"
            data-edit
            aria-label={`Override ${result.name}`}
            onClick={() => onEdit(true)}
          >
            <IconPencil size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
      {!override &&
        result.problems.map(({ code, message }) => (
          <Alert key={code} color="orange" variant="light" p="xs" className={classes.full}>
            <Text size="sm">{message}</Text>
          </Alert>
        ))}
    </li>
  );
}

function Proof(props: Props & { isDoubted: boolean }) {
  const { result, criterion, override, isDoubted, onShow, onHover } = props;
  const place = placeOf(result.evidence);
  const light = () => onHover(place);
  const dim = () => onHover(null);
  return (
    <button
      type="button"
      className={classes.proof}
      data-proof
      disabled={!place}
      title={criterion?.question}
      onMouseEnter={light}
      onMouseLeave={dim}
      onFocus={light}
      onBlur={dim}
      onClick={() => place && onShow(place)}
    >
      <span className={classes.name}>
        <span
          className={classes.verdict}
          data-tone={isDoubted ? "middling" : toneOf(override ? null : result.score)}
        >
          {sayVerdict(override ? override.verdict : result.verdict, criterion?.scale)}
          {isDoubted && "?"}
        </span>
        <span>{result.name}</span>
        <span className={classes.meta}>{override ? "changed" : aboutOf(result)}</span>
      </span>
      {override ? (
        override.note && <span className={classes.reason}>{override.note}</span>
      ) : (
        <Grounds result={result} />
      )}
    </button>
  );
}

/** Why a verdict is what it is. */
function Grounds({ result: { reason, note, evidence } }: { result: Result }) {
  return (
    <>
      {reason && <span className={classes.reason}>{reason}</span>}
      {note && <span className={classes.reason}>Note: {note}</span>}
      {evidence.quote && (
        <span className={classes.quote}>
          <IconQuote size={14} style={{ flex: "none", marginTop: 3 }} aria-hidden />
          <span>
            {evidence.quote}
            {!evidence.found && <strong> (not in the transcript)</strong>}
          </span>
        </span>
      )}
    </>
  );
}

const PROVEN_BY: Record<NonNullable<Result["proven_by"]>, string> = {
  rule: "measured by a rule",
  second_reading: "judged, read twice",
  person: "by a person",
};

function aboutOf({ proven_by: by, unreliable, weight, auto_fail: isAutoFail }: Result): string {
  return [
    by === null ? "not believed, does not count" : PROVEN_BY[by],
    unreliable ? "unreliable, not in the score" : `weight ${weight}`,
    isAutoFail && "auto-fail",
  ]
    .filter(Boolean)
    .join(" · ");
}
