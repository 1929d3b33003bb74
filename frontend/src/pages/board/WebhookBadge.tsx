import { Badge, Skeleton, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconWebhook } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type WebhookHealth, webhookHealthQuery } from "@/api/webhooks";
import { troubleOf } from "@/features/health/webhookTrouble";
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

function summaryOf({ received, missed, repaired_calls, duplicates }: WebhookHealth): string {
  return (
    `In 24 hours: ${formatCount(received)} received, ${formatCount(duplicates)} duplicates, ` +
    `${formatCount(missed)} missed and repaired in ${formatCount(repaired_calls)} calls.`
  );
}
