import { Button } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconMapPinQuestion } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { EmptyState } from "@/parts/EmptyState";

export function NotFoundPage() {
  useDocumentTitle("Not found · Ringback");
  return (
    <EmptyState
      icon={IconMapPinQuestion}
      title="There is nothing here"
      level={1}
      action={
        <Button component={Link} to="/" variant="default">
          Go to the start
        </Button>
      }
    >
      The address may be mistyped, or what it showed belongs to another organization.
    </EmptyState>
  );
}
