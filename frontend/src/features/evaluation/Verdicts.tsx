import type { Result } from "@/api/evaluations";
import type { Criterion } from "@/api/policies";
import type { Place } from "@/api/records";
import type { Override } from "./CriterionEditor";
import { CriterionRow } from "./CriterionRow";
import classes from "./Evaluation.module.css";
import { byCategory } from "./verdicts";

interface Props {
  results: readonly Result[];
  criteria: readonly Criterion[];
  overrides: Record<string, Override>;
  edited: readonly string[];
  isReadOnly: boolean;
  onEdit: (key: string, isEdited: boolean) => void;
  onOverride: (key: string, override: Override) => void;
  pinned: Place | null;
  onShow: (place: Place) => void;
  onHover: (place: Place | null) => void;
}

/** All verdicts, by category in the policy's order. */
export function Verdicts(props: Props) {
  const { results, criteria, overrides, edited, isReadOnly, pinned, onShow, onHover } = props;
  const asked = new Map(criteria.map((each) => [each.key, each]));
  return byCategory(results).map(({ category, members }) => (
    <section key={category} aria-label={category}>
      <h3 className={classes.group}>{category}</h3>
      <ul className={classes.list}>
        {members.map((result) => (
          <CriterionRow
            key={result.key}
            result={result}
            criterion={asked.get(result.key)}
            override={overrides[result.key]}
            isEdited={edited.includes(result.key)}
            isReadOnly={isReadOnly}
            onEdit={(isEdited) => props.onEdit(result.key, isEdited)}
            onOverride={(given) => props.onOverride(result.key, given)}
            isLit={pinned !== null && pinned.turns === result.evidence.turns}
            onShow={onShow}
            onHover={onHover}
          />
        ))}
      </ul>
    </section>
  ));
}
