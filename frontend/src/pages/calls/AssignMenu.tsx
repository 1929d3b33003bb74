import { Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconUser } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { CallSummary } from "@/api/calls";
import { assignCall, colleaguesQuery } from "@/api/people";
import { choicesOf } from "@/features/assignment/choices";
import { useUser } from "@/features/session/useUser";
import { explain } from "@/parts/explain";
import { assigned, doWithEach } from "./actions";

/** Whom the chosen calls are given to. It can be changed at any time, so nothing is asked. */
export function AssignMenu({ calls, onDone }: { calls: CallSummary[]; onDone: () => void }) {
  const client = useQueryClient();
  const own = useUser().id;
  const { data: colleagues = [] } = useQuery(colleaguesQuery);
  const people = choicesOf(colleagues, own, null);
  const assign = useMutation({
    mutationFn: (userId: string | null) => doWithEach(calls, ({ id }) => assignCall(id, userId)),
    onSuccess: async (failures, userId) => {
      const [first] = failures;
      const name = people.find(({ value }) => value === userId)?.label ?? null;
      notifications.show({
        color: first === undefined ? "signal" : "orange",
        title: assigned(calls.length - failures.length, calls.length, name),
        message: first === undefined ? "" : explain(first).detail,
      });
      onDone();
      await client.invalidateQueries({ queryKey: ["calls"] });
      await client.invalidateQueries({ queryKey: ["records"] });
    },
  });
  return (
    <Menu position="bottom-start" width={220}>
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconUser size={15} aria-hidden />}
          loading={assign.isPending}
        >
          Assign
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: "auto" }}>
        {people.map(({ value, label }) => (
          <Menu.Item key={value} onClick={() => assign.mutate(value)}>
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => assign.mutate(null)}>Nobody</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
