const LONGEST = 40;

/** The first two short values, in the order in which the agent declares its variables. */
export function nameOfCall(
  variables: Record<string, string>,
  declared: readonly string[] = Object.keys(variables),
): string | null {
  const values = declared.map((name) => variables[name]?.trim() ?? "");
  const short = values.filter((value) => value !== "" && value.length <= LONGEST);
  return short.slice(0, 2).join(" · ") || null;
}
