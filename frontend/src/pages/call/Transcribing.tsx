import { Anchor, Badge, Button, Group, Modal, Skeleton, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconRefresh } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { CallDetail } from "@/api/calls";
import { differencesQuery, transcribeAgain, transcriptsQuery } from "@/api/recordings";
import { ErrorState } from "@/parts/ErrorState";
import { explain } from "@/parts/explain";
import { useIsManager } from "@/features/session/useUser";
import classes from "./Call.module.css";

/** Having a call of Retell's transcribed again, and what came out otherwise. */
export function Transcribing({ call }: { call: CallDetail }) {
  const isManager = useIsManager();
  const transcripts = useQuery(transcriptsQuery(call));
  const [isOpen, setIsOpen] = useState(false);
  const ask = useMutation({
    mutationFn: () => transcribeAgain(call.id),
    onSuccess: () =>
      notifications.show({
        title: "The recording is being transcribed",
        message: "The new transcript appears here when it is there; this one is kept.",
      }),
    onError: (error) => {
      const { title, detail } = explain(error);
      notifications.show({ color: "red", title, message: detail });
    },
  });
  const latest = transcripts.data?.at(-1);
  return (
    <>
      {latest && latest.revision > 1 && (
        <Anchor component="button" size="sm" onClick={() => setIsOpen(true)}>
          What differs from the transcript before
        </Anchor>
      )}
      {isManager && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconRefresh size={15} aria-hidden />}
          loading={ask.isPending}
          onClick={() => ask.mutate()}
        >
          Transcribe again
        </Button>
      )}
      <Modal opened={isOpen} onClose={() => setIsOpen(false)} title="What differs" size="lg">
        {latest && <Differences callId={call.id} revision={latest.revision} />}
      </Modal>
    </>
  );
}

function Differences({ callId, revision }: { callId: string; revision: number }) {
  const found = useQuery(differencesQuery(callId, revision));
  if (found.isPending) return <Skeleton height={200} />;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  const { items } = found.data;
  const isSame = items.every(({ parts }) => parts.every(({ kind }) => kind === "same"));
  return (
    <Stack gap="sm">
      {isSame && <Text size="sm">Both have the same words.</Text>}
      {items.map(({ role, parts }, n) => (
        <Group key={n} align="flex-start" wrap="nowrap" gap="sm">
          <Badge variant="light" w={72} style={{ flexShrink: 0 }}>
            {role}
          </Badge>
          <Text size="sm">
            {parts.map(({ kind, text }, part) => {
              if (kind === "added")
                return <ins key={part} className={classes.added}>{`${text} `}</ins>;
              if (kind === "removed")
                return <del key={part} className={classes.removed}>{`${text} `}</del>;
              return <span key={part}>{`${text} `}</span>;
            })}
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
