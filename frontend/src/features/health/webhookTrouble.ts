import type { WebhookHealth } from "@/api/webhooks";
import { formatCount } from "@/parts/money";

/** What is wrong with the webhooks, in words; null when nothing is. */
export function troubleOf(health: WebhookHealth): string | null {
  const rejected = Object.values(health.rejected).reduce((total, count) => total + count, 0);
  if (health.seconds_since_worker === null || health.seconds_since_worker > 60)
    return "No worker runs: calls are not dialed, and webhooks wait. Start `ringback worker`.";
  if (health.comparison_failing_since !== null)
    return `Nobody knows what webhooks missed: Retell's list of calls cannot be asked for. ${health.comparison_failure ?? ""}`;
  if (health.silence_is_suspicious)
    return "Calls move on at Retell, but its webhooks do not reach Ringback. Check the webhook URL.";
  if (health.failed > 0)
    return `${formatCount(health.failed)} webhooks could not be applied. They wait for a replay.`;
  if (rejected > 0 && health.received === 0)
    return `All ${formatCount(rejected)} webhooks were refused. Is the webhook key the one with Retell's badge?`;
  return null;
}
