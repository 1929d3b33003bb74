import { ActionIcon, Button, Card, FileButton, Group, Progress, Stack, Text } from "@mantine/core";
import { IconRefresh, IconUpload, IconX } from "@tabler/icons-react";
import { type DragEvent, useState } from "react";
import classes from "./Recordings.module.css";
import { type Sending, useUploads } from "./useUploads";

/** Takes files by drag and drop or from a dialogue, and shows each on its way. */
export function DropZone({ agentId }: { agentId: string | null }) {
  const { sending, add, retry, drop } = useUploads(agentId);
  const [isOver, setIsOver] = useState(false);
  const stop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(event.type === "dragover");
  };
  return (
    <Card
      mb="lg"
      component="section"
      aria-label="Send recordings"
      className={classes.zone}
      data-over={isOver || undefined}
      onDragOver={stop}
      onDragLeave={stop}
      onDrop={(event: DragEvent) => {
        stop(event);
        add(event.dataTransfer.files);
      }}
    >
      <Group justify="space-between">
        <div>
          <Text fw={600}>Drop recordings here</Text>
          <Text size="sm" c="dimmed">
            {agentId
              ? "WAV, MP3, M4A, Ogg, FLAC, AMR, MP4, WebM and the like; several at once."
              : "Make an agent first: its record schema says what is found out."}
          </Text>
        </div>
        <FileButton onChange={add} accept="audio/*,video/*" multiple>
          {(button) => (
            <Button
              {...button}
              leftSection={<IconUpload size={17} aria-hidden />}
              disabled={!agentId}
            >
              Choose files
            </Button>
          )}
        </FileButton>
      </Group>
      {sending.length > 0 && (
        <Stack gap="xs" mt="md">
          {sending.map((each) => (
            <Line
              key={each.key}
              sending={each}
              onRetry={() => retry(each.key)}
              onDrop={() => drop(each.key)}
            />
          ))}
        </Stack>
      )}
    </Card>
  );
}

interface LineProps {
  sending: Sending;
  onRetry: () => void;
  onDrop: () => void;
}

function Line({ sending, onRetry, onDrop }: LineProps) {
  const { name, share, isWaiting, failure } = sending;
  return (
    <Group wrap="nowrap" gap="sm">
      <Text size="sm" truncate w={220}>
        {name}
      </Text>
      {failure ? (
        <>
          <Text size="sm" c="red" flex={1} role="alert">
            {failure}
          </Text>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Try ${name} again`}
            onClick={onRetry}
          >
            <IconRefresh size={16} aria-hidden />
          </ActionIcon>
        </>
      ) : (
        <>
          <Progress flex={1} value={share * 100} aria-label={`Sending ${name}`} />
          {isWaiting && (
            <Text size="sm" c="dimmed" role="status">
              Connection lost. It goes on when it is back.
            </Text>
          )}
        </>
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={failure ? `Dismiss ${name}` : `Cancel sending ${name}`}
        onClick={onDrop}
      >
        <IconX size={16} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
