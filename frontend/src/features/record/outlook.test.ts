import { expect, it } from "vitest";
import type { CallDetail } from "@/api/calls";
import { outlookOf } from "./outlook";

const started_at = "2026-11-21T08:00:00Z";
const said = [{ turn: 0, role: "user", text: "Hello?" }] as CallDetail["transcript"];
const ended = { status: "ended", transcript: said, started_at, answered_by: "human" } as const;

it.each([
  [
    "is made after a call that goes on",
    { ...ended, status: "in_progress" },
    true,
    "after_the_call",
  ],
  ["is made of what was said", ended, true, "made"],
  ["is made of what was said before the call failed", { ...ended, status: "failed" }, true, "made"],
  ["is not promised where the agent makes none", ended, false, "no_fields"],
  ["is taken for coming until its agent is known", ended, undefined, "made"],
  ["is not made of a greeting", { ...ended, answered_by: "voicemail" }, true, "machine"],
  ["is not made of silence", { ...ended, transcript: [] }, true, "nothing_said"],
  [
    "is not made of a call that reached nobody",
    { ...ended, status: "not_connected" },
    true,
    "not_connected",
  ],
  [
    "is not made of a call that failed before anybody was there",
    { ...ended, status: "failed", transcript: [], started_at: null },
    true,
    "not_connected",
  ],
] as const)("a record %s", (_, call, hasFields, expected) => {
  expect(outlookOf({ ...call, transcript: [...call.transcript] }, hasFields)).toBe(expected);
});
