import { Code, Group, Stack, Text } from "@mantine/core";
import type { DeliveryDetail } from "@/api/destinations";
import { Instant } from "@/parts/Instant";
import { StatusBadge } from "@/parts/StatusBadge";

/** One try: when, how long, and what came back. */
export function Attempt({ attempt }: { attempt: DeliveryDetail["tries"][number] }) {
  return (
    <Stack gap={4}>
      <Group gap="sm">
        <StatusBadge
          label={attempt.error === null ? "Taken" : "Failed"}
          tone={attempt.error === null ? "good" : "bad"}
        />
        <Text size="sm" className="figures">
          {attempt.status_code ?? "No answer"}, {attempt.duration_ms} ms
        </Text>
        <Text size="sm" c="dimmed">
          <Instant at={attempt.at} />
        </Text>
      </Group>
      {attempt.error && <Text size="sm">{attempt.error}</Text>}
      {attempt.answer && (
        <Code block mah={160} tabIndex={0} aria-label="Answer" style={{ overflow: "auto" }}>
          {attempt.answer}
        </Code>
      )}
    </Stack>
  );
}
