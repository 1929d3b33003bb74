/** What a draft would change for a call. Pure. */
import type { PolicyTrial } from "@/api/policyBacktests";
import type { Tone } from "@/parts/statuses";

/** What a call would be from then on; null where nothing but figures would be others. */
export function effectOf(
  trial: Pick<PolicyTrial, "state" | "passed_before" | "passed_after" | "status_after">,
): { label: string; tone: Tone } | null {
  if (trial.state === "failed") return { label: "Not tried", tone: "quiet" };
  if (trial.passed_before === false && trial.passed_after)
    return { label: "Would pass", tone: "good" };
  if (trial.passed_before && trial.passed_after === false)
    return { label: "Would fail", tone: "bad" };
  if (trial.status_after === "needs_review")
    return { label: "Would need review", tone: "attention" };
  return null;
}

/** Whether anything about the call would be otherwise, or nobody can tell. */
export function isMoved({
  moved,
  failure,
  score_before,
  score_after,
}: Pick<PolicyTrial, "moved" | "failure" | "score_before" | "score_after">): boolean {
  return moved.length > 0 || failure !== null || score_before !== score_after;
}
