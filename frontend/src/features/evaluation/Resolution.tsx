import { IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import type { Evaluation } from "@/api/evaluations";
import type { Place } from "@/api/records";
import { placeOf } from "./verdicts";
import classes from "./Evaluation.module.css";

interface Props {
  resolution: Evaluation["resolution"];
  onShow: (place: Place) => void;
  onHover: (place: Place | null) => void;
}

/** Whether the caller's matter was resolved, which is no part of the score. */
export function Resolution({ resolution, onShow, onHover }: Props) {
  if (!resolution) return null;
  const { resolved, evidence } = resolution;
  const place = placeOf(evidence);
  const Icon = resolved ? IconCircleCheck : IconCircleX;
  return (
    <div className={classes.row}>
      <button
        type="button"
        className={classes.proof}
        disabled={!place}
        onMouseEnter={() => onHover(place)}
        onMouseLeave={() => onHover(null)}
        onFocus={() => onHover(place)}
        onBlur={() => onHover(null)}
        onClick={() => place && onShow(place)}
      >
        <span className={classes.name}>
          <Icon size={18} aria-hidden />
          {resolved === null
            ? "Not told whether the matter was resolved"
            : resolved
              ? "The matter was resolved"
              : "The matter was not resolved"}
        </span>
        {evidence.quote && <span className={classes.reason}>{evidence.quote}</span>}
      </button>
    </div>
  );
}
