import { Alert, Button, Code, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { type Hook, type HookTried, tryHook } from "@/api/hooks";
import { explain } from "@/parts/explain";
import { answerOf, OUTCOMES } from "./hookWords";

/** A number that nobody has. */
const NOBODY = "+14155550100";

/** Asks a look-up now, and shows what went there and what came back. */
export function TryDialog({ hook, onClose }: { hook: Hook; onClose: () => void }) {
  const [number, setNumber] = useState(NOBODY);
  const trying = useMutation({ mutationFn: () => tryHook(hook.id, number) });
  return (
    <Modal opened onClose={onClose} title={`Try ${hook.name}`} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          trying.mutate();
        }}
      >
        <Stack ta="left">
          <TextInput
            label="Phone number"
            description="Nobody is called, and no call goes by the answer."
            required
            value={number}
            onChange={(event) => setNumber(event.currentTarget.value)}
          />
          {trying.error && (
            <Alert color="red" variant="light" role="alert">
              {explain(trying.error).detail}
            </Alert>
          )}
          {trying.data && <Tried tried={trying.data} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Close
            </Button>
            <Button type="submit" data-autofocus loading={trying.isPending}>
              Ask now
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Tried({ tried }: { tried: HookTried }) {
  const { label } = OUTCOMES[tried.status];
  const status = tried.http_status === null ? "" : `Status ${tried.http_status}, `;
  return (
    <Alert
      role="status"
      variant="light"
      color={tried.status === "allowed" ? "green" : "orange"}
      title={label}
    >
      <Stack gap={6}>
        <Text size="sm">
          {answerOf({ answer: tried.answer, failure: tried.failure })} {status}
          {tried.duration_ms} ms.
        </Text>
        <Text size="xs" c="dimmed">
          What was sent
        </Text>
        <Code block tabIndex={0}>
          {JSON.stringify(tried.question, null, 2)}
        </Code>
        {tried.body && (
          <>
            <Text size="xs" c="dimmed">
              What came back
            </Text>
            <Code block tabIndex={0}>
              {tried.body}
            </Code>
          </>
        )}
      </Stack>
    </Alert>
  );
}
