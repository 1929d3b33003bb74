import { Alert, Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconArchive } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { explain } from "@/parts/explain";
import { Instant } from "@/parts/Instant";

interface Props<Draft> {
  archivedAt: string;
  /** What it does not do while it is archived. */
  children: ReactNode;
  /** Null: this person may not. */
  bringBack: (() => Promise<Draft>) | null;
  onBack: (draft: Draft) => void;
}

/** Says that something is out of use, and brings it back. */
export function ArchivedNotice<Draft>({ archivedAt, children, bringBack, onBack }: Props<Draft>) {
  const returning = useMutation({
    mutationFn: (way: () => Promise<Draft>) => way(),
    onSuccess: onBack,
    onError: (error) => {
      const { title, detail } = explain(error);
      notifications.show({ color: "red", title, message: detail });
    },
  });
  return (
    <Alert color="gray" icon={<IconArchive size={18} aria-hidden />} mb="lg">
      <Group justify="space-between">
        <Text size="sm">
          Archived <Instant at={archivedAt} relative />. {children}
        </Text>
        {bringBack && (
          <Button
            size="xs"
            variant="default"
            loading={returning.isPending}
            onClick={() => returning.mutate(bringBack)}
          >
            Bring it back
          </Button>
        )}
      </Group>
    </Alert>
  );
}
