import type { CallDetail } from "@/api/calls";
import { isOpen } from "@/parts/statuses";

/** What is to be expected of the record of a call that has none. */
export type Outlook =
  "after_the_call" | "not_connected" | "nothing_said" | "machine" | "no_fields" | "made";

type Seen = Pick<CallDetail, "status" | "transcript" | "started_at" | "answered_by">;

/** `hasFields`: whether the version that took the call makes records; undefined when not known. */
export function outlookOf(call: Seen, hasFields: boolean | undefined): Outlook {
  if (isOpen(call.status)) return "after_the_call";
  if (call.status === "not_connected" || call.status === "canceled") return "not_connected";
  if (call.transcript.length === 0)
    return call.status === "failed" && !call.started_at ? "not_connected" : "nothing_said";
  if (isMachine(call.answered_by)) return "machine";
  return hasFields === false ? "no_fields" : "made";
}

function isMachine(answeredBy: CallDetail["answered_by"]): boolean {
  return answeredBy === "voicemail" || answeredBy === "screening" || answeredBy === "ivr";
}
