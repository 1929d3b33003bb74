import { Alert, Button, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconPlugConnectedX } from "@tabler/icons-react";
import { Unreachable } from "@/api/problem";
import { explain } from "./explain";
import { WayOn } from "./WayOn";

/** What went wrong, why, and the way to try again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { title, detail } = explain(error);
  const Icon = error instanceof Unreachable ? IconPlugConnectedX : IconAlertTriangle;
  return (
    <Alert color="red" variant="light" icon={<Icon />} title={title} role="alert">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{detail}</Text>
        <WayOn error={error} />
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
