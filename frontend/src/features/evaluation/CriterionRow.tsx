import { ActionIcon, Alert, Text, Tooltip } from "@mantine/core";
import { IconPencil, IconQuote } from "@tabler/icons-react";
import type { Criterion, Result } from "@/api/evaluations";
import type { Place } from "@/api/records";
import { CriterionEditor, type Override } from "./CriterionEditor";
import classes from "./Evaluation.module.css";
import { isDoubtful, sayVerdict, toneOf } from "./verdicts";

interface Props {
  criterion: Criterion;
  result: Result | undefined;
  override: Override | undefined;
  /** Why it is left out of the score, where it is. */
  leftOut: boolean;
  isLit: boolean;
  isEdited: boolean;
  isReadOnly: boolean;
  onShow: (place: Place) => void;
  onHover: (place: Place | null) => void;
  onEdit: (isEdited: boolean) => void;
  onOverride: (override: Override) => void;
}

/** One criterion with its verdict and what proves it: a click jumps to where it was said. */
export function CriterionRow(props: Props) {
  const { criterion, result, override, isLit, isEdited, isReadOnly, onEdit, onOverride } = props;
  if (isEdited)
    return (
      <li className={classes.row}>
        <div className={classes.editor}>
          <CriterionEditor
            criterion={criterion}
            before={override ?? { verdict: result?.verdict ?? null, note: "" }}
            onDone={(given) => {
              onEdit(false);
              if (given) onOverride(given);
            }}
          />
        </div>
      </li>
    );
  const problems = override ? [] : (result?.problems ?? []);
  return (
    <li
      className={classes.row}
      data-lit={isLit || undefined}
      data-problem={problems.length > 0 || undefined}
    >
      <Proof {...props} />
      {!isReadOnly && (
        <Tooltip label="Override">
          <ActionIcon
            className={classes.edit}
            variant="subtle"
            color="gray"
            data-edit
            aria-label={`Override ${criterion.name}`}
            onClick={() => onEdit(true)}
          >
            <IconPencil size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
      {problems.map(({ code, message }) => (
        <Alert key={code} color="orange" variant="light" p="xs" className={classes.full}>
          <Text size="sm">{message}</Text>
        </Alert>
      ))}
    </li>
  );
}

/** Where it was said, or else the turns that were looked at. */
function placeOf(result: Result | undefined): Place | null {
  const evidence = result?.evidence;
  if (!evidence || evidence.turns.length === 0) return null;
  return { turns: evidence.turns, start_ms: evidence.start_ms, quote: evidence.quote };
}

function Proof(props: Props) {
  const { criterion, result, override, leftOut, onShow, onHover } = props;
  const place = placeOf(result);
  const light = () => onHover(place);
  const dim = () => onHover(null);
  const verdict = override ? override.verdict : result?.verdict;
  const score = override ? null : (result?.score ?? null);
  return (
    <button
      type="button"
      className={classes.proof}
      data-proof
      disabled={!place}
      title={criterion.question}
      onMouseEnter={light}
      onMouseLeave={dim}
      onFocus={light}
      onBlur={dim}
      onClick={() => place && onShow(place)}
    >
      <span className={classes.name}>
        <span
          className={classes.verdict}
          data-tone={isDoubtful(result) && !override ? "middling" : toneOf(score)}
        >
          {sayVerdict(verdict, criterion.scale)}
          {isDoubtful(result) && !override && "?"}
        </span>
        <span>{criterion.name}</span>
        <span className={classes.meta}>{aboutOf(props, leftOut)}</span>
      </span>
      {result?.reason && !override && <span className={classes.reason}>{result.reason}</span>}
      {override?.note && <span className={classes.reason}>{override.note}</span>}
      {result?.note && !override && <span className={classes.reason}>Note: {result.note}</span>}
      {result?.evidence?.quote && !override && <Quote result={result} />}
    </button>
  );
}

function Quote({ result }: { result: Result }) {
  const { evidence } = result;
  return (
    <span className={classes.quote}>
      <IconQuote size={14} style={{ flex: "none", marginTop: 3 }} aria-hidden />
      <span>
        {evidence?.quote}
        {evidence?.found === false && <strong> (not in the transcript)</strong>}
      </span>
    </span>
  );
}

function aboutOf({ criterion, result, override }: Props, leftOut: boolean): string {
  const by = override ? "changed" : result?.by === "person" ? "by a person" : JUDGES[kindOf(criterion)];
  return [
    by,
    leftOut ? "unreliable, not in the score" : `weight ${criterion.weight}`,
    criterion.auto_fail && "auto-fail",
  ]
    .filter(Boolean)
    .join(" · ");
}

const JUDGES = { rule: "measured by a rule", judged: "judged" };

function kindOf({ rule }: Criterion): keyof typeof JUDGES {
  return rule ? "rule" : "judged";
}
