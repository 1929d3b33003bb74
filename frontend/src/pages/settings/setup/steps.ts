import type { Agent } from "@/api/agents";
import type { WebhookHealth } from "@/api/webhooks";

export type StepName = "key" | "badge" | "address" | "number" | "agent" | "call";

export interface Known {
  /** Whether Retell took the key when it was last asked. */
  isKeyAccepted: boolean;
  canVerify: boolean;
  callerId: string | null;
  agents: Pick<Agent, "published_version" | "from_number" | "archived_at">[];
  health: Pick<WebhookHealth, "webhook_url" | "received" | "rejected" | "last_received_at">;
}

/** Which steps to a working connection are done: what is there says so, nothing is remembered. */
export function doneSteps(known: Known): Record<StepName, boolean> {
  const { health } = known;
  const live = known.agents.filter(
    ({ published_version, archived_at }) => published_version !== null && archived_at === null,
  );
  const arrived = health.received > 0 || health.last_received_at !== null;
  const isRefused = Object.values(health.rejected).some((count) => count > 0);
  return {
    key: known.isKeyAccepted,
    badge: known.canVerify && !(isRefused && health.received === 0),
    address: health.webhook_url !== null,
    number: known.callerId !== null || live.some(({ from_number }) => from_number !== null),
    agent: live.length > 0,
    call: arrived,
  };
}

/** Where to go on: the first step that is not done; null when all are. */
export function nextStep(done: Record<StepName, boolean>): StepName | null {
  const order: StepName[] = ["key", "badge", "address", "number", "agent", "call"];
  return order.find((name) => !done[name]) ?? null;
}
