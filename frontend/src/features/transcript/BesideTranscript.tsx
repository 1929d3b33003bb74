import { Button, Grid, Stack } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { CallDetail } from "@/api/calls";
import type { Place } from "@/api/records";
import { Transcript } from "./Transcript";
import { usePlayer } from "./usePlayer";

interface Proof {
  pinned: Place | null;
  onShow: (place: Place) => void;
  onHover: (place: Place | null) => void;
}

interface Props {
  call: CallDetail;
  /** What is judged by the transcript; what it points at is lit there, and played. */
  children: (proof: Proof) => ReactNode;
  /** Whether what others say of the call is left out. */
  isBlind?: boolean;
}

/** A call's words at the left, and beside them what a person has to judge by them. */
export function BesideTranscript({ call, children, isBlind = false }: Props) {
  const [audio, setAudio] = useState<HTMLAudioElement | null>(null);
  const player = usePlayer(audio);
  const [pinned, setPinned] = useState<Place | null>(null);
  const [hovered, setHovered] = useState<Place | null>(null);
  const onShow = (place: Place) => {
    setPinned(place);
    if (call.recording_url && place.start_ms !== null) player.playFrom(place.start_ms);
  };
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, lg: 6 }} order={{ base: 2, lg: 1 }}>
        <Stack gap="sm">
          <Button
            variant="default"
            size="xs"
            leftSection={<IconExternalLink size={15} aria-hidden />}
            renderRoot={(props) => (
              <Link {...props} to="/calls/$callId" params={{ callId: call.id }} />
            )}
            style={{ alignSelf: "flex-start" }}
          >
            Open the call
          </Button>
          {call.recording_url && (
            // The transcript below it holds what is said.
            // eslint-disable-next-line jsx-a11y/media-has-caption
            <audio
              ref={setAudio}
              src={call.recording_url}
              controls
              preload="none"
              style={{ width: "100%" }}
              onTimeUpdate={player.onTimeUpdate}
            />
          )}
          <Transcript call={call} lit={hovered ?? pinned} player={player} isBlind={isBlind} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 6 }} order={{ base: 1, lg: 2 }}>
        {children({ pinned, onShow, onHover: setHovered })}
      </Grid.Col>
    </Grid>
  );
}
