/** What somebody has to look at now, the worst first. Pure. */
import type { Alert } from "@/api/alerts";
import type { SchemaDialQueueRead } from "@/api/schema";
import type { WebhookHealth } from "@/api/webhooks";
import { conditionOf, foundOf } from "@/features/alerts/wording";
import { standstillOf } from "@/features/health/standstill";
import { troubleOf } from "@/features/health/webhookTrouble";

export interface Trouble {
  key: string;
  tone: "bad" | "attention";
  title: string;
  detail: string;
}

/** Looked at every few seconds: what is older was asked for in vain. */
const OLD_MS = 60_000;

interface Look {
  isError: boolean;
  isPending: boolean;
  /** Paused: the browser has no network. */
  fetchStatus: string;
  dataUpdatedAt: number;
}

/** Whether nobody can say how it is now: it could not be found out, or was too long ago. */
export function isUnknown(look: Look, now: number): boolean {
  const { isError, isPending, fetchStatus, dataUpdatedAt } = look;
  return isError || fetchStatus === "paused" || (!isPending && now - dataUpdatedAt > OLD_MS);
}

interface Seen {
  /** Whether the page hears of what happens. */
  isLive: boolean;
  /** What could not be found out. */
  unknown: readonly string[];
  queue: SchemaDialQueueRead | undefined;
  health: WebhookHealth | undefined;
  alerts: readonly Alert[] | undefined;
  /** Destinations that were switched off since they failed. */
  disabled: readonly { id: string; name: string }[];
}

export function troublesOf(seen: Seen): Trouble[] {
  const { isLive, unknown, queue, health, alerts, disabled } = seen;
  const found: Trouble[] = [];
  if (!isLive)
    found.push({
      key: "feed",
      tone: "bad",
      title: "Connection lost",
      detail: "What stands here is what was known before.",
    });
  if (unknown.length > 0)
    found.push({
      key: "unknown",
      tone: "bad",
      title: "The state is not known",
      detail: `It could not be found out for over a minute, or at all: ${unknown.join(", ")}.`,
    });
  const standstill = standstillOf(queue, health);
  if (standstill) found.push({ key: standstill.kind, tone: "bad", ...standstill });
  const webhooks = health && !standstill ? troubleOf(health) : null;
  if (webhooks !== null)
    found.push({
      key: "webhooks",
      tone: "bad",
      title: "Webhooks need attention",
      detail: webhooks,
    });
  for (const { id, name } of disabled)
    found.push({
      key: id,
      tone: "bad",
      title: `${name} is switched off`,
      detail: "It failed for so long that nothing is sent to it any more.",
    });
  for (const alert of alerts ?? [])
    if (alert.enabled && alert.state === "triggered")
      found.push({
        key: alert.id,
        tone: "attention",
        title: alert.name,
        detail: `${conditionOf(alert)}. Now: ${foundOf(alert)}.`,
      });
  return found;
}
