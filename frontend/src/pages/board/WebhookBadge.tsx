import { Badge, Skeleton, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconWebhook } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type WebhookHealth, webhookHealthQuery } from "@/api/webhooks";
import { Instant } from "@/parts/Instant";
import { formatCount } from "@/parts/money";

/** Whether Retell's webhooks arrive: quiet while they do, loud when they do not. */
export function WebhookBadge() {
  const { data, isPending } = useQuery(webhookHealthQuery);
  if (!data) return isPending ? <Skeleton width={190} height={26} /> : null;
  const trouble = troubleOf(data);
  return (
    <Tooltip label={trouble ?? summaryOf(data)} multiline maw={320}>
      <Badge
        size="lg"
        tabIndex={0}
        color={trouble ? "red" : "gray"}
        variant={trouble ? "filled" : "light"}
        leftSection={
          trouble ? <IconAlertTriangle size={15} /> : <IconWebhook size={15} aria-hidden />
        }
      >
        {trouble ? (
          "Webhooks need attention"
        ) : data.last_received_at ? (
          <>
            Webhooks: <Instant at={data.last_received_at} relative />
          </>
        ) : (
          "No webhook yet"
        )}
      </Badge>
    </Tooltip>
  );
}

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

function summaryOf({ received, missed, repaired_calls, duplicates }: WebhookHealth): string {
  return (
    `In 24 hours: ${formatCount(received)} received, ${formatCount(duplicates)} duplicates, ` +
    `${formatCount(missed)} missed and repaired in ${formatCount(repaired_calls)} calls.`
  );
}
