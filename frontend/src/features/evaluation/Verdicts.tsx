import type { Result } from "@/api/evaluations";
import type { Criterion } from "@/api/policies";
import type { Place } from "@/api/records";
import { CriterionRow } from "./CriterionRow";
import classes from "./Evaluation.module.css";
import { byCategory } from "./verdicts";

interface Props {
  results: readonly Result[];
  criteria: readonly Criterion[];
  pinned: Place | null;
  onShow: (place: Place) => void;
  onHover: (place: Place | null) => void;
}

/** All verdicts, by category in the policy's order. */
export function Verdicts({ results, criteria, pinned, onShow, onHover }: Props) {
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
            isLit={pinned !== null && pinned.turns === result.evidence.turns}
            onShow={onShow}
            onHover={onHover}
          />
        ))}
      </ul>
    </section>
  ));
}
