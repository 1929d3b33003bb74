/** The parts of a policy's editor. */
export const POLICY_TAB_LABELS = {
  criteria: "Criteria",
  calls: "Which calls",
  try: "Try it",
  reliability: "Reliability",
  history: "History",
} as const;

export type PolicyTab = keyof typeof POLICY_TAB_LABELS;

export function isPolicyTab(name: unknown): name is PolicyTab {
  return typeof name === "string" && Object.hasOwn(POLICY_TAB_LABELS, name);
}

/** Which tab a refused field is on. */
export function policyTabOf(field: string): PolicyTab {
  return ["applies_to", "people_only", "min_duration_seconds"].some((each) =>
    field.startsWith(each),
  )
    ? "calls"
    : "criteria";
}

/** What was refused of the criteria, by index and field. */
export function criteriaErrors(errors: Record<string, unknown>): Record<string, string> {
  const start = "criteria.";
  return Object.fromEntries(
    Object.entries(errors)
      .filter(([field]) => field.startsWith(start))
      .map(([field, message]) => [field.slice(start.length), String(message)]),
  );
}
