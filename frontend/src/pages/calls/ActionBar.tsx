import { Button, Card, Group, Modal, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPhoneOff, IconPhoneOutgoing, IconRefresh, IconX } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { type CallSummary, cancelCall, placeCall, stopCall } from "@/api/calls";
import { extractAgain } from "@/api/records";
import { explain } from "@/parts/explain";
import { type Action, ACTIONS, affected, doWithEach, outcome } from "./actions";
import { AssignMenu } from "./AssignMenu";

const ICONS: Record<Action, ReactNode> = {
  cancel: <IconX size={15} aria-hidden />,
  stop: <IconPhoneOff size={15} aria-hidden />,
  again: <IconPhoneOutgoing size={15} aria-hidden />,
  extract: <IconRefresh size={15} aria-hidden />,
};

const DO: Record<Action, (call: CallSummary) => Promise<unknown>> = {
  cancel: ({ id }) => cancelCall(id),
  stop: ({ id }) => stopCall(id),
  extract: ({ id }) => extractAgain(id),
  again: ({ agent_id, to_number, variables, metadata }) =>
    placeCall(
      { agent_id, to_number: to_number ?? "", variables, metadata, scheduled_at: null },
      crypto.randomUUID(),
    ),
};

/** What can be done with the chosen calls; each after a question, since none of it can be undone. */
export function ActionBar({ calls, onDone }: { calls: CallSummary[]; onDone: () => void }) {
  const client = useQueryClient();
  const [asked, setAsked] = useState<Action | null>(null);
  const act = useMutation({
    mutationFn: (action: Action) => doWithEach(affected(action, calls), DO[action]),
    onSuccess: async (failures, action) => {
      const count = affected(action, calls).length;
      const [first] = failures;
      notifications.show({
        color: first === undefined ? "signal" : "orange",
        title: outcome(action, count - failures.length, count),
        message: first === undefined ? "" : explain(first).detail,
        autoClose: 8000,
      });
      onDone();
      await client.invalidateQueries({ queryKey: ["calls"] });
    },
    onSettled: () => setAsked(null),
  });
  return (
    <Card padding="xs" mb="sm" role="region" aria-label="Selected calls">
      <Group gap="xs">
        <Text size="sm" fw={600} mx="xs" role="status">
          {calls.length} selected
        </Text>
        {(Object.keys(ACTIONS) as Action[]).map((action) => {
          const count = affected(action, calls).length;
          return (
            <Button
              key={action}
              size="xs"
              variant="default"
              leftSection={ICONS[action]}
              disabled={count === 0}
              onClick={() => setAsked(action)}
            >
              {ACTIONS[action].label}
              {count > 0 && count < calls.length && ` (${count})`}
            </Button>
          );
        })}
        <AssignMenu calls={calls} onDone={onDone} />
        <Button size="xs" variant="subtle" onClick={onDone}>
          Clear selection
        </Button>
      </Group>
      {asked && (
        <Modal
          opened
          onClose={() => setAsked(null)}
          title={ACTIONS[asked].question(affected(asked, calls).length)}
        >
          <Text size="sm">{ACTIONS[asked].effect}</Text>
          <Group justify="flex-end" mt="lg">
            <Button variant="default" onClick={() => setAsked(null)}>
              Back
            </Button>
            <Button
              color={asked === "stop" ? "red" : undefined}
              loading={act.isPending}
              onClick={() => act.mutate(asked)}
            >
              {ACTIONS[asked].label}
            </Button>
          </Group>
        </Modal>
      )}
    </Card>
  );
}
