import { Button } from "@mantine/core";
import { IconMapPinQuestion } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { EmptyState } from "./EmptyState";

export function NotFoundPage() {
  return (
    <EmptyState
      icon={IconMapPinQuestion}
      title="There is nothing here"
      action={
        <Button component={Link} to="/" variant="default">
          Go to the start
        </Button>
      }
    >
      The address may be mistyped, or what it showed belongs to another organisation.
    </EmptyState>
  );
}
