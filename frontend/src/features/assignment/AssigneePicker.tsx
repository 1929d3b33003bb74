import { Select } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconUser } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type CallDetail, callKeys } from "@/api/calls";
import { assignCall, colleaguesQuery } from "@/api/people";
import { useUser } from "@/features/session/useUser";
import { explain } from "@/parts/explain";
import { choicesOf } from "./choices";

/** Who looks after a call and its record. */
export function AssigneePicker({ call }: { call: Pick<CallDetail, "id" | "assigned_to"> }) {
  const client = useQueryClient();
  const own = useUser().id;
  const { data: colleagues = [] } = useQuery(colleaguesQuery);
  const assign = useMutation({
    mutationFn: (userId: string | null) => assignCall(call.id, userId),
    onSuccess: ({ user_id }) => {
      client.setQueryData<CallDetail>(
        callKeys.detail(call.id),
        (held) => held && { ...held, assigned_to: user_id },
      );
      void client.invalidateQueries({ queryKey: callKeys.lists });
      void client.invalidateQueries({ queryKey: ["records"] });
    },
    onError: (error) => {
      const { title, detail } = explain(error);
      notifications.show({ color: "red", title, message: detail });
    },
  });
  const assigned = assign.isPending ? assign.variables : call.assigned_to;
  return (
    <Select
      aria-label="Assigned to"
      placeholder="Assign to…"
      leftSection={<IconUser size={16} aria-hidden />}
      data={choicesOf(colleagues, own, assigned ?? null)}
      value={assigned ?? null}
      onChange={(userId) => assign.mutate(userId)}
      clearable
      searchable
      nothingFoundMessage="Nobody of that name"
      w={230}
    />
  );
}
