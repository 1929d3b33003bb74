/** What an address asks for; whatever is no assignee is left out. */
export function readAssignee(value: unknown): string | undefined {
  if (value === "me" || value === "nobody") return value;
  return typeof value === "string" && UUID.test(value) ? value : undefined;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
