import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { callKeys } from "@/api/calls";
import { explain } from "@/parts/explain";
import { approveRecord, type CallRecord, correctRecord } from "@/api/records";
import { reviewQuery } from "@/api/review";
import type { Data } from "./fields";

/** What a person says of a record: that it holds as it is, or what is right instead. */
export function useVerdict(record: CallRecord, onGiven: (() => void) | undefined) {
  const client = useQueryClient();
  const onSuccess = async () => {
    onGiven?.();
    await Promise.all([
      client.invalidateQueries({ queryKey: callKeys.one(record.call_id) }),
      client.invalidateQueries({ queryKey: reviewQuery.queryKey }),
    ]);
  };
  const approve = useMutation({
    mutationFn: () => approveRecord(record),
    onSuccess,
    onError: tell,
  });
  const save = useMutation({
    mutationFn: ({ changes, note }: { changes: Data; note: string }) =>
      correctRecord(record, changes, note.trim() || null),
    onSuccess,
  });
  return { approve, save };
}

export function tell(error: Error): void {
  const { title, detail } = explain(error);
  notifications.show({ color: "red", title, message: detail, autoClose: 8000 });
}
