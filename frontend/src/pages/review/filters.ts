import type { QueueFilters } from "@/api/review";
import { readAssignee } from "@/parts/assignee";

/** What can be wrong with a record, as the queue names it. */
export const PROBLEMS: Record<string, string> = {
  quote_not_found: "Quote not in the transcript",
  no_quote: "No quote",
  value_contradicts_quote: "Value and quote disagree",
  wrong_speaker: "Said by the agent",
  contradicted: "Contradicted elsewhere",
  taken_back: "Taken back later",
  not_proven: "Not proven",
  not_decided: "Not decided",
  not_asked: "Not determined",
  not_answered: "Asked, no value found",
  invalid: "Does not fit the schema",
  flagged: "Flagged by a person",
};

/** Reads an address; what makes no sense is left out. */
export function readQueueFilters(search: Record<string, unknown>): QueueFilters {
  const { agent, problem, order } = search;
  const assignee = readAssignee(search.assignee);
  return {
    ...(typeof agent === "string" && agent !== "" && { agent }),
    ...(typeof problem === "string" && Object.hasOwn(PROBLEMS, problem) && { problem }),
    ...(assignee && { assignee }),
    ...(order === "newest" && { order }),
  };
}
