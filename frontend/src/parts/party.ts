import type { CallSummary } from "@/api/calls";

/** Whom the agent talks to: the number called, or the one that called in. */
export function otherParty(call: Pick<CallSummary, "source" | "to_number" | "from_number">) {
  return call.source === "inbound" ? call.from_number : call.to_number;
}
