/** What a destination can be told of, in the order in which it happens to a call. */
export const EVENTS: { value: string; label: string }[] = [
  { value: "call.queued", label: "A call was placed" },
  { value: "call.started", label: "Somebody answered" },
  { value: "call.ended", label: "A call ended" },
  { value: "call.analyzed", label: "Retell analyzed a call" },
  { value: "call.not_connected", label: "Nobody was reached" },
  { value: "call.failed", label: "A call failed" },
  { value: "call.canceled", label: "A call was canceled" },
  { value: "record.extracted", label: "A record is valid" },
  { value: "record.corrected", label: "A person corrected or approved a record" },
  { value: "record.needs_review", label: "A record needs review" },
  { value: "record.failed", label: "No record could be made" },
  { value: "evaluation.completed", label: "A call was scored" },
  { value: "evaluation.needs_review", label: "A score needs review" },
  { value: "evaluation.reviewed", label: "A person corrected or approved a score" },
  { value: "evaluation.disputed", label: "A score was disputed" },
  { value: "evaluation.failed", label: "A call could not be scored" },
  { value: "analysis.completed", label: "A call was analyzed" },
  { value: "analysis.needs_review", label: "A call was analyzed, with values in doubt" },
  { value: "analysis.failed", label: "A call could not be analyzed" },
  { value: "analysis.left_out", label: "A call was left out of the analysis" },
  { value: "analysis.budget_reached", label: "The day’s budget for analysis is used up" },
  { value: "agent.published", label: "An agent was published" },
];

export const CHOSEN_AT_FIRST = ["call.ended", "record.extracted", "record.corrected"];

export type RecordStatus = "valid" | "corrected" | "needs_review" | "failed";

export const RECORDS: { value: RecordStatus; label: string }[] = [
  { value: "valid", label: "Valid" },
  { value: "corrected", label: "Corrected or approved" },
  { value: "needs_review", label: "Needs review" },
  { value: "failed", label: "Failed" },
];

/** The states of records to take, so that the events chosen can be sent at all. */
export function statusesFor(events: string[]): RecordStatus[] {
  const statuses: RecordStatus[] = ["valid", "corrected"];
  if (events.includes("record.needs_review")) statuses.push("needs_review");
  if (events.includes("record.failed")) statuses.push("failed");
  return statuses;
}
