import { ApiProblem, Unreachable } from "@/api/problem";
import { humanise } from "./words";

/** What to tell a person about any failure. */
export function explain(error: unknown): { title: string; detail: string } {
  if (error instanceof ApiProblem) return { title: error.title, detail: sayDetail(error) };
  if (error instanceof Unreachable)
    return {
      title: "No connection",
      detail: "Ringback does not answer. Check your network, or whether the service runs.",
    };
  return {
    title: "Something broke in this page",
    detail: error instanceof Error ? error.message : String(error),
  };
}

/** What is wrong with a request is listed by pointer: `/tools/0/number` becomes `Tools, 1, number`. */
function sayDetail({ detail, errors }: ApiProblem): string {
  if (!detail.startsWith("/") || errors.length === 0) return detail;
  return errors.map(({ pointer, message }) => `${placeAt(pointer)}: ${message}`).join("; ");
}

function placeAt(pointer: string): string {
  const parts = pointer.split("/").slice(1);
  const said = parts.map((part) => (/^\d+$/.test(part) ? String(Number(part) + 1) : part));
  return humanise(said.join(", ")) || "The request";
}
