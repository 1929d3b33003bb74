import type { CallSummary } from "@/api/calls";
import { otherParty } from "./party";
import { PhoneNumber } from "./PhoneNumber";

/** What a call is called that has no variables and no number. */
export const UNNAMED: Record<CallSummary["source"], string> = {
  outbound: "Call",
  inbound: "Withheld number",
  web: "Call from a browser",
  upload: "Recording",
};

/** A call of which nothing is known but its number, or how it came about. */
export function Unnamed({
  call,
}: {
  call: Pick<CallSummary, "source" | "to_number" | "from_number">;
}) {
  const number = otherParty(call);
  return number ? <PhoneNumber number={number} /> : UNNAMED[call.source];
}
