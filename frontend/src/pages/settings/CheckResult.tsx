import { Alert, Text } from "@mantine/core";
import type { checkRetell } from "@/api/organisation";

/** What came of asking Retell with the key. */
export function CheckResult({ found }: { found: Awaited<ReturnType<typeof checkRetell>> }) {
  const names = [found.key_name, found.retell_organisation].filter(Boolean).join(", ");
  return (
    <Alert
      color={found.ok ? "signal" : "red"}
      variant="light"
      role={found.ok ? "status" : "alert"}
      mb="md"
      title={found.ok ? "Key accepted" : "Key rejected"}
    >
      {found.ok ? names : found.reason}
      {found.ok && !found.from_number && (
        <Text size="sm">No caller ID is set: agents need a number of their own to call from.</Text>
      )}
      {!found.webhook_key_set && (
        <Text size="sm">No key verifies webhooks yet: they are refused.</Text>
      )}
    </Alert>
  );
}
