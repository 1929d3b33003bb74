import type { Hook, Inquiry } from "@/api/hooks";
import type { Tone } from "@/parts/statuses";

/** How a hook stands, as its badge. */
export function standingOf({ enabled, health }: Hook): { label: string; tone: Tone } {
  if (!enabled) return { label: "Switched off", tone: "quiet" };
  if (health.failing_since) return { label: "Gives no answer", tone: "bad" };
  if (health.failures > 0) return { label: "Failed last time", tone: "attention" };
  if (!health.last_answered_at) return { label: "Not asked yet", tone: "quiet" };
  return { label: "Answers", tone: "good" };
}

export const OUTCOMES: Record<Inquiry["status"], { label: string; tone: Tone }> = {
  asking: { label: "Being asked", tone: "live" },
  allowed: { label: "Allowed", tone: "good" },
  refused: { label: "Refused", tone: "attention" },
  failed: { label: "No answer", tone: "bad" },
};

/** What was answered, in words. */
export function answerOf({ answer, failure, open_reason }: Partial<Inquiry>): string {
  const said = answer && [
    (answer.reason ?? answer.code)?.replace(/\.$/, ""),
    answer.line_type && `line: ${answer.line_type.replace("_", " ")}`,
    answer.reassigned_on && `somebody else's since ${answer.reassigned_on}`,
  ];
  const passed = open_reason && `The call passed all the same: ${open_reason}`;
  return [said?.filter(Boolean).join(", "), failure, passed].filter(Boolean).join(" ");
}

const KEEPS = [
  { value: "3600", label: "An hour" },
  { value: "86400", label: "A day" },
  { value: "604800", label: "A week" },
  { value: "2678400", label: "31 days" },
];

/** Choices for how long answers hold, with one that was set by the API where it is another. */
export function keepChoices(seconds: number) {
  if (KEEPS.some(({ value }) => value === String(seconds))) return KEEPS;
  return [...KEEPS, { value: String(seconds), label: `${seconds.toLocaleString("en-US")} s` }];
}
