/** Verdicts and scores as people read them. */
import type { EvaluationStatus, Result } from "@/api/evaluations";
import type { Criterion, Severity } from "@/api/policies";
import type { Place } from "@/api/records";
import type { Tone } from "@/parts/statuses";

export type Verdict = "yes" | "no" | "not_applicable" | number | null;

export const evaluationStatuses: Record<EvaluationStatus, { label: string; tone: Tone }> = {
  pending: { label: "Scoring", tone: "waiting" },
  valid: { label: "Scored", tone: "good" },
  needs_review: { label: "Needs review", tone: "attention" },
  failed: { label: "Failed", tone: "bad" },
  reviewed: { label: "Reviewed", tone: "good" },
  disputed: { label: "Disputed", tone: "attention" },
};

export const severities: Record<Severity, { label: string; tone: Tone }> = {
  minor: { label: "Minor", tone: "quiet" },
  major: { label: "Major", tone: "attention" },
  critical: { label: "Critical", tone: "bad" },
};

const NOT_APPLICABLE = "not_applicable";

/** What the service gives as a verdict; null where it gives none. */
export function asVerdict(given: unknown): Verdict {
  if (given === "yes" || given === "no" || given === NOT_APPLICABLE) return given;
  return typeof given === "number" ? given : null;
}

/** A verdict in words: `Yes`, `4 of 5`, `80 %`. */
export function sayVerdict(verdict: unknown, scale: Criterion["scale"] | undefined): string {
  if (verdict === NOT_APPLICABLE) return "Does not apply";
  if (verdict === "yes" || verdict === "no") return verdict === "yes" ? "Yes" : "No";
  if (typeof verdict !== "number") return "No verdict";
  if (scale === "points") return `${verdict} of 5`;
  return scale === "percent" ? `${verdict} %` : String(verdict);
}

export type VerdictTone = "good" | "middling" | "bad" | "none";

/** How good a score is, for its colour. */
export function toneOf(score: number | null): VerdictTone {
  if (score === null) return "none";
  if (score >= 80) return "good";
  return score >= 50 ? "middling" : "bad";
}

/** A score without needless digits: `87.5`, `90`. */
export function sayScore(score: number | null): string {
  return score === null ? "–" : String(Math.round(score * 10) / 10);
}

interface Choice {
  value: string;
  label: string;
}

/** What a person may answer on a criterion; a percentage is typed instead. */
export function choicesFor(criterion: Pick<Criterion, "scale" | "may_not_apply">): Choice[] {
  const choices =
    criterion.scale === "yes_no"
      ? [
          { value: "yes", label: "Yes" },
          { value: "no", label: "No" },
        ]
      : criterion.scale === "points"
        ? [0, 1, 2, 3, 4, 5].map((points) => ({ value: String(points), label: String(points) }))
        : [];
  if (criterion.may_not_apply) choices.push({ value: NOT_APPLICABLE, label: "N/A" });
  return choices;
}

/** What was chosen or typed as the verdict it stands for; null where it is none. */
export function verdictOf(text: string, scale: Criterion["scale"]): Verdict {
  if (text === NOT_APPLICABLE || scale === "yes_no") return text as Verdict;
  const number = Number(text);
  const most = scale === "points" ? 5 : 100;
  return text.trim() !== "" && number >= 0 && number <= most ? number : null;
}

/** The verdicts by category, in the order in which the policy has them. */
export function byCategory<T extends { category: string }>(
  all: readonly T[],
): { category: string; members: T[] }[] {
  const groups = new Map<string, T[]>();
  for (const each of all) groups.set(each.category, [...(groups.get(each.category) ?? []), each]);
  return [...groups].map(([category, members]) => ({ category, members }));
}

/** Whether nothing has proven a verdict: a person has to look. */
export function isDoubtful({ proven_by, unreliable }: Pick<Result, "proven_by" | "unreliable">) {
  return proven_by === null && !unreliable;
}

/** Where it was said, or else the turns that were looked at; null where there are none. */
export function placeOf(evidence: Result["evidence"] | undefined): Place | null {
  if (!evidence || evidence.turns.length === 0) return null;
  const { turns, start_ms, quote } = evidence;
  return { turns, start_ms, ...(quote !== null && { quote }) };
}
