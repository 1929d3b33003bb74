import type { Agent } from "@/api/agents";

const COUNTED = new Set(["number", "integer", "boolean"]);

/** The fields of these agents' records that are numbers, or true or false: a mean has a meaning. */
export function fieldsOf(agents: readonly Pick<Agent, "record_schema">[]): string[] {
  const names = agents.flatMap(({ record_schema: schema }) => {
    const properties = (schema?.properties ?? {}) as Record<string, { type?: string | string[] }>;
    return Object.entries(properties)
      .filter(([, { type = [] }]) => [type].flat().some((each) => COUNTED.has(each)))
      .map(([name]) => name);
  });
  return [...new Set(names)].toSorted();
}
