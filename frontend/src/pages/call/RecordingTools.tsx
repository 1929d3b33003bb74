import { Anchor, Button, Group, SegmentedControl } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconArrowsExchange } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type CallDetail, callKeys } from "@/api/calls";
import { assignSpeakers } from "@/api/recordings";
import { explain } from "@/parts/explain";
import { Transcribing } from "./Transcribing";

const SPEEDS = ["0.75", "1", "1.5", "2"];

/** How fast it plays, whether speakers were taken for each other, and the transcript as a file. */
export function RecordingTools({
  call,
  audio,
}: {
  call: CallDetail;
  audio: HTMLAudioElement | null;
}) {
  const [speed, setSpeed] = useState("1");
  return (
    <Group justify="space-between" mt="xs">
      <SegmentedControl
        size="xs"
        aria-label="Speed"
        data={SPEEDS.map((value) => ({ value, label: `${value}×` }))}
        value={speed}
        onChange={(value) => {
          setSpeed(value);
          if (audio) playAtSpeed(audio, Number(value));
        }}
      />
      <Group gap="md">
        {call.recording_id && call.source === "upload" && <Downloads id={call.recording_id} />}
        {call.source !== "upload" && call.recording_url && <Transcribing call={call} />}
        {call.transcript.length > 0 && <SwapButton call={call} />}
      </Group>
    </Group>
  );
}

function playAtSpeed(audio: HTMLAudioElement, speed: number): void {
  audio.playbackRate = speed;
}

function Downloads({ id }: { id: string }) {
  return (
    <Group gap={8}>
      {["txt", "srt", "vtt", "json"].map((form) => (
        <Anchor
          key={form}
          size="sm"
          href={`/api/v1/recordings/${id}/transcript?format=${form}`}
          aria-label={`Download the transcript as ${form.toUpperCase()}`}
        >
          {form.toUpperCase()}
        </Anchor>
      ))}
    </Group>
  );
}

function SwapButton({ call }: { call: CallDetail }) {
  const client = useQueryClient();
  const isTold = call.transcript.some(({ role }) => role !== "unknown");
  const swap = useMutation({
    mutationFn: () =>
      assignSpeakers(
        call.id,
        isTold ? { swap: true, roles: {} } : { swap: false, roles: firstIsAgent(call) },
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: callKeys.one(call.id) }),
    onError: (error) => {
      const { title, detail } = explain(error);
      notifications.show({ color: "red", title, message: detail });
    },
  });
  return (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<IconArrowsExchange size={15} aria-hidden />}
      loading={swap.isPending}
      onClick={() => swap.mutate()}
    >
      {isTold ? "Swap speakers" : "First speaker is the agent"}
    </Button>
  );
}

/** Says that who speaks first is the agent and everybody else the caller. */
function firstIsAgent({ transcript }: CallDetail): Record<string, "agent" | "user"> {
  const voice = ({ speaker, channel }: CallDetail["transcript"][number]) =>
    speaker ?? String(channel ?? 0);
  const [first] = transcript;
  const voices = [...new Set(transcript.map(voice))];
  return Object.fromEntries(
    voices.map((each) => [each, first && each === voice(first) ? "agent" : "user"]),
  );
}
