import { Group, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTitle } from "./title";

interface Props {
  title: string;
  description?: ReactNode;
  /** What can be done here, at the right. */
  children?: ReactNode;
}

/** A page's name, on the page and in the browser's tab. */
export function PageHeader({ title, description, children }: Props) {
  useTitle(title);
  return (
    <Group justify="space-between" align="flex-end" gap="sm" mb="lg">
      <div>
        <Title order={1}>{title}</Title>
        {description && (
          <Text c="dimmed" size="sm" mt={4}>
            {description}
          </Text>
        )}
      </div>
      {children && <Group gap="sm">{children}</Group>}
    </Group>
  );
}
