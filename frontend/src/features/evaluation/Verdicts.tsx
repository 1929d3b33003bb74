import type { Criterion, Result } from "@/api/evaluations";
import type { Place } from "@/api/records";
import type { Override } from "./CriterionEditor";
import { CriterionRow } from "./CriterionRow";
import classes from "./Evaluation.module.css";
import { byCategory } from "./verdicts";

interface Props {
  criteria: readonly Criterion[];
  results: readonly Result[];
  /** The criteria that do not count, by key. */
  leftOut: readonly string[];
  overrides?: Record<string, Override>;
  edited?: readonly string[];
  isReadOnly?: boolean;
  pinned: Place | null;
  onShow: (place: Place) => void;
  onHover: (place: Place | null) => void;
  onEdit?: (key: string, isEdited: boolean) => void;
  onOverride?: (key: string, override: Override) => void;
}

/** All verdicts, by category in the policy's order. */
export function Verdicts(props: Props) {
  const { criteria, leftOut, overrides = {}, edited = [], isReadOnly = false, pinned } = props;
  const results = new Map(props.results.map((each) => [each.key, each]));
  return byCategory(criteria).map(({ category, criteria: members }) => (
    <section key={category} aria-label={category}>
      <h3 className={classes.group}>{category}</h3>
      <ul className={classes.list}>
        {members.map((criterion) => {
          const { key } = criterion;
          const result = results.get(key);
          return (
            <CriterionRow
              key={key}
              criterion={criterion}
              result={result}
              override={overrides[key]}
              leftOut={leftOut.includes(key)}
              isLit={pinned !== null && pinned.turns === result?.evidence?.turns}
              isEdited={edited.includes(key)}
              isReadOnly={isReadOnly}
              onShow={props.onShow}
              onHover={props.onHover}
              onEdit={(isEdited) => props.onEdit?.(key, isEdited)}
              onOverride={(given) => props.onOverride?.(key, given)}
            />
          );
        })}
      </ul>
    </section>
  ));
}
