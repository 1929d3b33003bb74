import type { ReactNode } from "react";

/** A place in a record schema, and what is wrong there. */
export type Refusal = [path: string, message: ReactNode];

/** Those of a form's errors that are about its record schema. */
export function refusalsOf(errors: Record<string, ReactNode>): Refusal[] {
  return Object.entries(errors)
    .filter(([path]) => path.startsWith("record_schema"))
    .map(([path, message]) => [path.replace(/^record_schema\.?/, ""), message]);
}
