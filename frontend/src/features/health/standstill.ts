import type { SchemaDialQueueRead } from "@/api/schema";
import type { WebhookHealth } from "@/api/webhooks";

export interface Standstill {
  kind: "dialing" | "worker" | "webhooks";
  title: string;
  detail: string;
}

const WORKER_SILENCE_SECONDS = 60;

/** What stands still, the worst only: whoever reads it has one thing to do. */
export function standstillOf(
  queue: Pick<SchemaDialQueueRead, "stopped_reason" | "queued"> | undefined,
  health: Pick<WebhookHealth, "seconds_since_worker" | "silence_is_suspicious"> | undefined,
): Standstill | null {
  const silence = health && (health.seconds_since_worker ?? Infinity);
  if (silence !== undefined && silence > WORKER_SILENCE_SECONDS)
    return {
      kind: "worker",
      title: "No worker is running",
      detail: "Nothing is dialed, updated or extracted until a worker is started on the server.",
    };
  if (queue?.stopped_reason) {
    const { queued } = queue;
    const waiting =
      queued === 1 ? " 1 call is waiting." : queued > 0 ? ` ${queued} calls are waiting.` : "";
    return { kind: "dialing", title: "Dialing is paused", detail: queue.stopped_reason + waiting };
  }
  if (health?.silence_is_suspicious)
    return {
      kind: "webhooks",
      title: "No webhooks are arriving",
      detail: "Retell is handling calls, but its messages do not reach this server.",
    };
  return null;
}
