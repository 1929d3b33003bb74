import { Group, Text } from "@mantine/core";
import { IconUser } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { colleaguesQuery } from "@/api/people";
import { useUser } from "@/features/session/useUser";

/** In a list: who looks after it, if anybody does. */
export function Assigned({ to }: { to: string | null | undefined }) {
  const own = useUser().id;
  const { data: colleagues } = useQuery(colleaguesQuery);
  if (!to) return null;
  const name = colleagues?.find(({ id }) => id === to)?.name ?? "Somebody";
  return (
    <Group gap={4} wrap="nowrap" maw={160} title={`Assigned to ${name}`}>
      <IconUser size={13} aria-label="Assigned to" role="img" style={{ flex: "none" }} />
      <Text span size="xs" c="dimmed" fw={to === own ? 600 : undefined} truncate>
        {to === own ? "You" : name}
      </Text>
    </Group>
  );
}
