import { Badge } from "@mantine/core";
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
    <Badge
      size="sm"
      variant="light"
      color={to === own ? "green" : "gray"}
      leftSection={<IconUser size={11} aria-hidden />}
      maw={160}
      tt="none"
      title={`Assigned to ${name}`}
    >
      {to === own ? "You" : name}
    </Badge>
  );
}
