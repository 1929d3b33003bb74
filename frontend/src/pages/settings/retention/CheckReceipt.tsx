import { Alert, Button, FileInput, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { type Receipt, verifyReceipt } from "@/api/retention";
import { explain } from "@/parts/explain";

/** Whether a receipt was given here, and is as it was. */
export function CheckReceipt({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [file, setFile] = useState<File | null>(null);
  const check = useMutation({
    mutationFn: async (chosen: File) => {
      const receipt = receiptIn(await chosen.text());
      return receipt ? verifyReceipt(receipt) : { valid: false, complaint: "It is no receipt." };
    },
  });
  const close = () => {
    setFile(null);
    check.reset();
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title="Check a receipt">
      <Stack>
        <FileInput
          label="Receipt"
          placeholder="Choose the file"
          accept="application/json,.json"
          value={file}
          onChange={(chosen) => {
            setFile(chosen);
            check.reset();
          }}
        />
        {check.error && (
          <Alert color="red" variant="light" role="alert">
            {explain(check.error).detail}
          </Alert>
        )}
        {check.data &&
          (check.data.valid ? (
            <Alert color="green" variant="light" title="It is genuine" role="status">
              It was given here, and nothing of it was changed.
            </Alert>
          ) : (
            <Alert color="red" variant="light" title="It is not genuine" role="status">
              {check.data.complaint}
            </Alert>
          ))}
        <Text size="sm" c="dimmed">
          Anybody can check it without this service too: ringback admin erasure verify.
        </Text>
        <Group justify="flex-end">
          <Button
            disabled={file === null}
            loading={check.isPending}
            onClick={() => file && check.mutate(file)}
          >
            Check
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function receiptIn(text: string): Receipt | null {
  try {
    const read = JSON.parse(text) as Partial<Receipt> | null;
    return read?.payload && read.key_id !== undefined && read.signature !== undefined
      ? (read as Receipt)
      : null;
  } catch {
    return null;
  }
}
