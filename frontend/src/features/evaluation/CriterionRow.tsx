import { Alert, Text } from "@mantine/core";
import { IconQuote } from "@tabler/icons-react";
import type { Result } from "@/api/evaluations";
import type { Criterion } from "@/api/policies";
import type { Place } from "@/api/records";
import classes from "./Evaluation.module.css";
import { isDoubtful, placeOf, sayVerdict, toneOf } from "./verdicts";

interface Props {
  result: Result;
  /** What was asked; left out where the policy cannot be read. */
  criterion: Criterion | undefined;
  isLit: boolean;
  onShow: (place: Place) => void;
  onHover: (place: Place | null) => void;
}

/** One criterion with its verdict and what proves it: a click jumps to where it was said. */
export function CriterionRow({ result, criterion, isLit, onShow, onHover }: Props) {
  const place = placeOf(result.evidence);
  const light = () => onHover(place);
  const dim = () => onHover(null);
  const isDoubted = isDoubtful(result);
  return (
    <li className={classes.row} data-lit={isLit || undefined} data-problem={isDoubted || undefined}>
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
            data-tone={isDoubted ? "middling" : toneOf(result.score)}
          >
            {sayVerdict(result.verdict, criterion?.scale)}
            {isDoubted && "?"}
          </span>
          <span>{result.name}</span>
          <span className={classes.meta}>{aboutOf(result)}</span>
        </span>
        {result.reason && <span className={classes.reason}>{result.reason}</span>}
        {result.note && <span className={classes.reason}>Note: {result.note}</span>}
        {result.evidence.quote && (
          <span className={classes.quote}>
            <IconQuote size={14} style={{ flex: "none", marginTop: 3 }} aria-hidden />
            <span>
              {result.evidence.quote}
              {!result.evidence.found && <strong> (not in the transcript)</strong>}
            </span>
          </span>
        )}
      </button>
      {result.problems.map(({ code, message }) => (
        <Alert key={code} color="orange" variant="light" p="xs" className={classes.full}>
          <Text size="sm">{message}</Text>
        </Alert>
      ))}
    </li>
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
