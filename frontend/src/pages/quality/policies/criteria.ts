/** What the editor of criteria does to them. Pure. */
import type { CriterionDraft } from "@/api/policies";

export const SCALES: { value: CriterionDraft["scale"]; label: string }[] = [
  { value: "yes_no", label: "Yes or no" },
  { value: "points", label: "Points, 0 to 5" },
  { value: "percent", label: "Percent" },
];

export const SPEAKERS: { value: CriterionDraft["said_by"]; label: string }[] = [
  { value: "agent", label: "The agent" },
  { value: "user", label: "The caller" },
  { value: "anyone", label: "Either" },
];

/** A key made of a name, which no other criterion has: `Greets by name` becomes `greets_by_name`. */
export function keyFor(name: string, taken: readonly string[]): string {
  const plain = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 48);
  const base = /^[a-z]/.test(plain) ? plain : `criterion_${plain || taken.length + 1}`;
  let key = base;
  for (let number = 2; taken.includes(key); number += 1) key = `${base}_${number}`;
  return key;
}

/** How much of the whole each weight is, in percent, by key. */
export function sharesOf(
  criteria: readonly Pick<CriterionDraft, "key" | "weight">[],
): Map<string, number> {
  const total = criteria.reduce((sum, { weight }) => sum + weight, 0);
  return new Map(
    criteria.map(({ key, weight }) => [key, total === 0 ? 0 : (100 * weight) / total]),
  );
}

/** The item moved by one place; where there is none, all stays. */
export function moved<T>(items: readonly T[], index: number, by: -1 | 1): T[] {
  const [from, to] = [items[index], items[index + by]];
  if (from === undefined || to === undefined) return [...items];
  return items.map((item, place) => (place === index ? to : place === index + by ? from : item));
}

/** What keeps a criterion from being asked about; null when nothing does. */
export function questionProblem({ question, rule }: CriterionDraft): string | null {
  return question.trim() === "" && !rule ? "Say what the judge should look for." : null;
}
