import { Anchor, Button, Group, Progress, Table, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { cancelRecording, type Recording, retryRecording } from "@/api/recordings";
import { deleteRecording } from "@/api/retention";
import { Asked } from "@/parts/Asked";
import { Duration } from "@/parts/Duration";
import { explain } from "@/parts/explain";
import { Absent, Instant } from "@/parts/Instant";
import { StatusBadge } from "@/parts/StatusBadge";
import { recordingStatuses } from "@/parts/statuses";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { useIsManager } from "@/features/session/useUser";
import cards from "@/parts/cardTable.module.css";
import classes from "./RecordingTable.module.css";

export function RecordingTable({ recordings }: { recordings: Recording[] }) {
  return (
    <div className={cards.frame}>
      <Table className={`${cards.table} ${classes.table}`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={150}>Status</Table.Th>
            <Table.Th>Recording and agent</Table.Th>
            <Table.Th w={240}>What happens</Table.Th>
            <Table.Th w={124}>Sent</Table.Th>
            <Table.Th w={72} ta="right">
              Length
            </Table.Th>
            <Table.Th w={170} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {recordings.map((each) => (
            <Row key={each.id} recording={each} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Row({ recording }: { recording: Recording }) {
  const agentName = useAgentNames();
  const { call_id: callId, duration_ms: duration } = recording;
  return (
    <Table.Tr className={`${cards.row} ${classes.row}`}>
      <Table.Td>
        <StatusBadge {...recordingStatuses[recording.status]} />
      </Table.Td>
      <Table.Td className={`${cards.wide} ${classes.name}`}>
        {callId ? (
          <Anchor component={Link} to={`/calls/${callId}`} inherit>
            {recording.file_name}
          </Anchor>
        ) : (
          recording.file_name
        )}
        <Text size="xs" c="dimmed" truncate>
          {agentName(recording.agent_id)}
        </Text>
      </Table.Td>
      <Table.Td className={cards.wide}>
        <Happening recording={recording} />
      </Table.Td>
      <Table.Td className={cards.figure}>
        <Instant at={recording.created_at} />
      </Table.Td>
      <Table.Td ta="right" className={cards.figure}>
        {duration === null ? <Absent label="not known yet" /> : <Duration ms={duration} />}
      </Table.Td>
      <Table.Td ta="right" className={classes.actions}>
        <Action recording={recording} />
      </Table.Td>
    </Table.Tr>
  );
}

const STEPS = {
  checking: "Checking the file",
  decoding: "Reading the sound",
  transcribing: "Transcribing",
  joining: "Joining what was heard",
};

function Happening({ recording }: { recording: Recording }) {
  const { status, step, progress, error, warnings, language, transcriber } = recording;
  if (error) return <Text size="sm">{error.detail}</Text>;
  if (status === "processing" && step)
    return (
      <>
        <Text size="sm">
          {STEPS[step]}, {progress} %
        </Text>
        <Progress value={progress} size="sm" mt={4} aria-label={STEPS[step]} />
      </>
    );
  if (status === "completed")
    return (
      <Text size="sm" c="dimmed">
        {[
          language && `Language: ${language}`,
          transcriber,
          warnings.includes("cut_off") && "The file ends in the middle; what there is was taken.",
          warnings.includes("voices_approximate") &&
            "Voices were told apart by their sound: listen before you rely on who said what.",
        ]
          .filter(Boolean)
          .join(" · ")}
      </Text>
    );
  return <Absent label="nothing yet" />;
}

function Action({ recording }: { recording: Recording }) {
  const client = useQueryClient();
  const isManager = useIsManager();
  const isStuck = ["failed", "canceled"].includes(recording.status);
  const act = useMutation({
    mutationFn: () => (isStuck ? retryRecording : cancelRecording)(recording.id),
    onError: (error) => {
      const { title, detail } = explain(error);
      notifications.show({ color: "red", title, message: detail });
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["recordings", "list"] }),
  });
  const remove = useMutation({
    mutationFn: () => deleteRecording(recording.id),
    onSettled: () => client.invalidateQueries({ queryKey: ["recordings", "list"] }),
  });
  if (!isManager) return null;
  const isDone = recording.status === "completed";
  return (
    <Group justify="flex-end" gap="xs">
      {!isDone && (
        <Button
          size="compact-sm"
          variant="default"
          loading={act.isPending}
          onClick={() => act.mutate()}
        >
          {isStuck ? "Try again" : "Cancel"}
        </Button>
      )}
      {(isDone || isStuck) && (
        <Asked
          size="compact-sm"
          question={`Delete ${recording.file_name}?`}
          effect="The sound goes, and so does the call that was made of it, with its record. This cannot be undone."
          act="Delete"
          color="red"
          doing={remove}
        />
      )}
    </Group>
  );
}
