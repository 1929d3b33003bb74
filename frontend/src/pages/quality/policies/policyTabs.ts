/** The parts of a policy's editor. */
export const POLICY_TABS = ["criteria", "calls", "try", "history"] as const;
export type PolicyTab = (typeof POLICY_TABS)[number];

export const POLICY_TAB_LABELS: Record<PolicyTab, string> = {
  criteria: "Criteria",
  calls: "Which calls",
  try: "Try it",
  history: "History",
};

export function isPolicyTab(value: unknown): value is PolicyTab {
  return POLICY_TABS.some((tab) => tab === value);
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
