import type { CallDetail } from "@/api/calls";
import type { Outlook } from "@/features/record/outlook";
import { standingOf } from "@/features/record/verdict";
import { callStatuses, isOpen } from "@/parts/statuses";

export interface Step {
  label: string;
  state: "done" | "now" | "ahead" | "bad" | "attention" | "quiet";
}

/** A call's way from the queue to its record, as far as it has come. */
export function stepsOfCall(
  call: Pick<CallDetail, "status" | "record" | "started_at" | "scheduled_at" | "source">,
  outlook: Outlook,
): Step[] {
  const { status, record, started_at, scheduled_at, source } = call;
  // It was over before it came here.
  if (source === "upload")
    return [{ label: "Transcribed", state: "done" }, recordStep(outlook, record)];
  // It was never dialed: nothing rang.
  if (status === "canceled")
    return [
      { label: scheduled_at ? "Scheduled" : "Queued", state: "done" },
      { label: "Canceled", state: "quiet" },
    ];
  const way = ["queued", "dialing", "in_progress"] as const;
  const reached = way.findIndex((step) => step === status);
  const isOver = !isOpen(status);
  const steps: Step[] = way
    // A call that never got that far does not pretend it had.
    .filter((step) => !(isOver && step === "in_progress" && started_at === null))
    .map((step, index) => ({
      label: callStatuses[step].label,
      state: isOver || index < reached ? "done" : index === reached ? "now" : "ahead",
    }));
  if (status === "scheduled") steps.unshift({ label: "Scheduled", state: "now" });
  steps.push(endOf(status));
  if (record || outlook !== "not_connected") steps.push(recordStep(outlook, record));
  return steps;
}

function endOf(status: CallDetail["status"]): Step {
  if (isOpen(status)) return { label: "Ended", state: "ahead" };
  const { label, tone } = callStatuses[status];
  return { label, state: tone === "good" ? "done" : "bad" };
}

function recordStep(outlook: Outlook, record: CallDetail["record"]): Step {
  if (!record && outlook === "made") return { label: "Record", state: "now" };
  if (!record && outlook === "after_the_call") return { label: "Record", state: "ahead" };
  if (!record) return { label: "No record", state: "ahead" };
  const { label, tone } = standingOf(record);
  const states = { good: "done", attention: "attention", bad: "bad" } as const;
  const state = tone in states ? states[tone as keyof typeof states] : "now";
  return { label: `Record: ${label.toLowerCase()}`, state };
}
