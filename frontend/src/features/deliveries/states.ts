import type { Delivery, DeliveryStatus } from "@/api/destinations";
import type { Tone } from "@/parts/statuses";

export const deliveryStates: Record<DeliveryStatus, { label: string; tone: Tone }> = {
  pending: { label: "Waiting", tone: "waiting" },
  sending: { label: "On its way", tone: "live" },
  delivered: { label: "Delivered", tone: "good" },
  dead: { label: "Given up", tone: "bad" },
  held: { label: "Held back", tone: "attention" },
  superseded: { label: "Replaced", tone: "quiet" },
  missed: { label: "Missed", tone: "attention" },
};

const runTones: Record<string, Tone> = {
  queued: "waiting",
  running: "live",
  success: "good",
  failed: "bad",
  removed: "quiet",
};

/** How a run in Airflow fares. A state of a later release is shown by its own name. */
export function runStateOf(state: string): { label: string; tone: Tone } {
  return { label: `Run ${state}`, tone: runTones[state] ?? "quiet" };
}

/** One that failed and waits for its next attempt is not simply waiting. */
export function stateOf(delivery: Delivery): { label: string; tone: Tone } {
  if (delivery.status === "pending" && delivery.last_error !== null)
    return { label: "To be tried again", tone: "attention" };
  return deliveryStates[delivery.status];
}

/** What to know about how it stands, in a sentence. */
export function reasonOf(delivery: Delivery): string | null {
  switch (delivery.status) {
    case "held":
      return "Its record goes out once a person has approved it.";
    case "superseded":
      return "It was held back; a later revision of the record took its place.";
    case "missed":
      return "The destination was switched off when it happened.";
    default:
      return delivery.last_error;
  }
}
