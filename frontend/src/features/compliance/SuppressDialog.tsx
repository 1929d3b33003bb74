import { Alert, Button, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { complianceKeys, type Scope, suppress } from "@/api/compliance";
import { explain } from "@/parts/explain";
import { formatPhone } from "@/parts/phone";
import { SCOPE_CHOICES } from "./purposes";

interface Props {
  opened: boolean;
  onClose: () => void;
  /** Whose call it was, when it is said at a call. */
  call?: { id: string; number: string };
}

/** Enters that somebody is not to be called. It holds at once, also for calls that wait. */
export function SuppressDialog({ opened, onClose, call }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Do not call this number again">
      <SuppressForm onClose={onClose} call={call} />
    </Modal>
  );
}

function SuppressForm({ onClose, call }: Omit<Props, "opened">) {
  const client = useQueryClient();
  const [number, setNumber] = useState(call?.number ?? "");
  const [scope, setScope] = useState<Scope>("all");
  const [reason, setReason] = useState("");
  const add = useMutation({
    mutationFn: () =>
      suppress({ to_number: number, scope, reason: reason || null, call_id: call?.id ?? null }),
    onSuccess: async ({ to_number }) => {
      await client.invalidateQueries({ queryKey: complianceKeys.suppressions });
      notifications.show({ message: `${formatPhone(to_number)} is not called any more.` });
      onClose();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate();
      }}
    >
      <Stack>
        <Text size="sm">
          No call to it passes from now on, and calls that wait for it end. Only a newer consent
          ends this.
        </Text>
        <TextInput
          label="Phone number"
          placeholder="+14155550100"
          required
          readOnly={call !== undefined}
          value={number}
          onChange={(event) => setNumber(event.currentTarget.value)}
        />
        <Select
          label="For"
          allowDeselect={false}
          data={SCOPE_CHOICES}
          value={scope}
          onChange={(value) => value && setScope(value)}
        />
        <TextInput
          label="Reason"
          description="For those who ask later."
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {add.error && (
          <Alert color="red" variant="light" role="alert">
            {explain(add.error).detail}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Back
          </Button>
          <Button type="submit" color="red" loading={add.isPending} disabled={!number.trim()}>
            Do not call
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
