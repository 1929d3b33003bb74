import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { callKeys } from "@/api/calls";
import { approveRecord, type CallRecord, correctRecord, reopenRecord } from "@/api/records";
import { reviewKey } from "@/api/review";
import { explain } from "@/parts/explain";
import type { Data } from "./fields";

/** What a person says of a record: that it holds as it is, what is right instead, or look again. */
export function useVerdict(record: CallRecord, onGiven: (() => void) | undefined) {
  const client = useQueryClient();
  const approve = useMutation({
    mutationFn: (note: string | null = null) => approveRecord(record, note),
    onSuccess: (approved) => {
      onGiven?.();
      offerUndo(client, approved, "Approved");
      return refresh(client, record.call_id);
    },
    onError: tell,
  });
  const save = useMutation({
    mutationFn: ({ changes, note }: { changes: Data; note: string }) =>
      correctRecord(record, changes, note.trim() || null),
    onSuccess: (corrected) => {
      onGiven?.();
      offerUndo(client, corrected, "Corrections saved");
      return refresh(client, record.call_id);
    },
  });
  const flag = useMutation({
    mutationFn: (note: string) => reopenRecord(record, note.trim() || null),
    onSuccess: () => refresh(client, record.call_id),
    onError: tell,
  });
  return { approve, save, flag };
}

function refresh(client: QueryClient, callId: string) {
  return Promise.all([
    client.invalidateQueries({ queryKey: callKeys.one(callId) }),
    client.invalidateQueries({ queryKey: reviewKey }),
  ]);
}

const UNDO_MS = 10_000;

/** What was said too fast can be taken back: the record is in review again, as it was. */
function offerUndo(client: QueryClient, given: CallRecord, what: string): void {
  const id = `verdict-${given.id}`;
  const undo = async () => {
    notifications.hide(id);
    try {
      await reopenRecord(given, "Taken back.");
    } catch (error) {
      tell(error as Error);
    }
    await refresh(client, given.call_id);
  };
  notifications.show({
    id,
    autoClose: UNDO_MS,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{what}</Text>
        <Button size="compact-sm" variant="default" onClick={() => void undo()}>
          Undo
        </Button>
      </Group>
    ),
  });
}

export function tell(error: Error): void {
  const { title, detail } = explain(error);
  notifications.show({ color: "red", title, message: detail, autoClose: 8000 });
}
