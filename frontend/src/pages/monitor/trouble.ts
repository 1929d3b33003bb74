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

interface Seen {
  /** Whether the page hears of what happens. */
  isLive: boolean;
  queue: SchemaDialQueueRead | undefined;
  health: WebhookHealth | undefined;
  alerts: readonly Alert[] | undefined;
  /** Destinations that were switched off since they failed. */
  disabled: readonly { id: string; name: string }[];
}

export function troublesOf({ isLive, queue, health, alerts, disabled }: Seen): Trouble[] {
  const found: Trouble[] = [];
  if (!isLive)
    found.push({
      key: "feed",
      tone: "bad",
      title: "Connection lost",
      detail: "What stands here is what was known before.",
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
