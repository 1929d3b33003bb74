import { humanise } from "@/parts/words";

const NAMES: Record<string, string> = {
  passing_score: "Passes at",
  resolution_question: "Was the matter resolved?",
  applies_to: "Which calls",
};

/** `/criteria/2/question` as people say it: `Criterion 3 › Question`. */
export function policyPlaceOf(pointer: string): string {
  const [first = "", ...rest] = pointer.split("/").slice(1);
  if (first !== "criteria")
    return [NAMES[first] ?? humanise(first), ...rest.map(place)].join(" › ");
  const [index, ...inside] = rest;
  if (index === undefined) return "Criteria";
  return [`Criterion ${Number(index) + 1}`, ...inside.map(place)].join(" › ");
}

function place(part: string): string {
  return /^\d+$/.test(part) ? String(Number(part) + 1) : humanise(part);
}
