import { Card, Grid, Skeleton, Stack, Tabs } from "@mantine/core";
import { IconPhoneOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { type CallDetail, callQuery } from "@/api/calls";
import { ApiProblem } from "@/api/problem";
import type { Place } from "@/api/records";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { AnalysisPanel } from "./analysis/AnalysisPanel";
import { CallDetails } from "./CallDetails";
import { CallHeader } from "./CallHeader";
import { ConductPanel } from "./ConductPanel";
import { placeOf } from "./search";
import classes from "./Call.module.css";
import { DeliveryLog } from "@/features/deliveries/DeliveryLog";
import { EvaluationPanel } from "@/features/evaluation/EvaluationPanel";
import { RecordPanel } from "@/features/record/RecordPanel";
import { Revisions } from "./Revisions";
import { RecordingTools } from "./RecordingTools";
import { Timeline } from "./Timeline";
import { Transcript } from "@/features/transcript/Transcript";
import { Waveform } from "@/features/transcript/Waveform";
import { usePlayer, usePlayFrom } from "@/features/transcript/usePlayer";

const route = getRouteApi("/app/calls/$callId");

export function CallPage() {
  const { callId } = route.useParams();
  const call = useQuery(callQuery(callId));
  if (call.isPending) return <Loading />;
  if (call.isError) {
    const isGone = call.error instanceof ApiProblem && [404, 422].includes(call.error.status);
    if (isGone)
      return (
        <EmptyState icon={IconPhoneOff} title="There is no such call" level={1}>
          The address may be mistyped, or the call belongs to another organization.
        </EmptyState>
      );
    return <ErrorState error={call.error} onRetry={() => void call.refetch()} />;
  }
  // Another call is another page: nothing that was typed or lit is carried over.
  return <Call key={callId} call={call.data} />;
}

function Call({ call }: { call: CallDetail }) {
  const { tab = "record", policy, turns, play } = route.useSearch();
  const [audio, setAudio] = useState<HTMLAudioElement | null>(null);
  const player = usePlayer(audio);
  const [asked] = useState(() => placeOf(call.transcript, turns));
  usePlayFrom(audio, play ? (asked?.start_ms ?? null) : null);
  const [pinned, setPinned] = useState<Place | null>(asked);
  const [hovered, setHovered] = useState<Place | null>(null);
  const show = (place: Place) => {
    setPinned(place);
    if (call.recording_url && place.start_ms !== null) player.playFrom(place.start_ms);
  };
  return (
    <>
      <CallHeader call={call} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 6, lg: 7 }}>
          <Stack gap="md">
            {call.recording_url && (
              <Card padding="sm" component="section" aria-label="Recording">
                {call.recording_id && call.source === "upload" && (
                  <Waveform
                    recordingId={call.recording_id}
                    atMs={player.atMs}
                    onSeek={player.seekTo}
                  />
                )}
                {/* The transcript beside it holds what is said. */}
                {/* eslint-disable-next-line jsx-a11y/media-has-caption */}
                <audio
                  ref={setAudio}
                  className={classes.audio}
                  src={call.recording_url}
                  controls
                  preload="none"
                  onTimeUpdate={player.onTimeUpdate}
                />
                <RecordingTools call={call} audio={audio} />
              </Card>
            )}
            <Transcript call={call} lit={hovered ?? pinned} player={player} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6, lg: 5 }}>
          <Tabs defaultValue={tab} keepMounted={false}>
            <Tabs.List mb="md">
              <Tabs.Tab value="record">Record</Tabs.Tab>
              <Tabs.Tab value="evaluation">Evaluation</Tabs.Tab>
              <Tabs.Tab value="analysis">Analysis</Tabs.Tab>
              <Tabs.Tab value="conduct">Compliance</Tabs.Tab>
              <Tabs.Tab value="revisions">Revisions</Tabs.Tab>
              <Tabs.Tab value="timeline">Timeline</Tabs.Tab>
              <Tabs.Tab value="deliveries">Deliveries</Tabs.Tab>
              <Tabs.Tab value="details">Details and costs</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="record" keepMounted>
              <RecordPanel call={call} pinned={pinned} onShow={show} onHover={setHovered} />
            </Tabs.Panel>
            <Tabs.Panel value="evaluation">
              <EvaluationPanel
                call={call}
                policyId={policy}
                pinned={pinned}
                onShow={show}
                onHover={setHovered}
              />
            </Tabs.Panel>
            <Tabs.Panel value="analysis">
              <AnalysisPanel callId={call.id} onShow={show} onHover={setHovered} />
            </Tabs.Panel>
            <Tabs.Panel value="conduct">
              <ConductPanel callId={call.id} onShow={show} />
            </Tabs.Panel>
            <Tabs.Panel value="revisions">
              <Revisions call={call} />
            </Tabs.Panel>
            <Tabs.Panel value="timeline">
              <Timeline callId={call.id} />
            </Tabs.Panel>
            <Tabs.Panel value="deliveries">
              <DeliveryLog
                filters={{ call_id: call.id }}
                empty="No destination has been told of this call."
              />
            </Tabs.Panel>
            <Tabs.Panel value="details">
              <CallDetails call={call} />
            </Tabs.Panel>
          </Tabs>
        </Grid.Col>
      </Grid>
    </>
  );
}

function Loading() {
  return (
    <Stack gap="lg" role="status" aria-label="Loading the call">
      <Skeleton height={34} width={320} />
      <Skeleton height={22} width="60%" />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Skeleton height={480} radius="lg" />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Skeleton height={480} radius="lg" />
        </Grid.Col>
      </Grid>
    </Stack>
  );
}
