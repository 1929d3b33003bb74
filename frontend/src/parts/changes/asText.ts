/** A value as it can be compared word by word. */
export function asText(value: unknown, pointer = ""): string {
  if (value === null || value === undefined || value === "") return "(nothing)";
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (typeof value === "number" && pointer.endsWith("_ms"))
    return `${(value / 1000).toLocaleString(undefined, { maximumFractionDigits: 3 })} seconds`;
  if (typeof value === "number") return String(value);
  if (Array.isArray(value) && value.length > 0 && value.every(isWord)) return value.join(", ");
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function isWord(value: unknown): value is string {
  return typeof value === "string";
}
