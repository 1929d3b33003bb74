import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { outlineQuery } from "@/api/recordings";
import { asClock } from "@/parts/time";
import classes from "./Waveform.module.css";

const BARS = 240;
const HEIGHT = 36;

interface Props {
  recordingId: string;
  atMs: number | null;
  onSeek: (ms: number) => void;
}

/** The recording drawn, a row for each channel; a click or the arrow keys lead to a moment. */
export function Waveform({ recordingId, atMs, onSeek }: Props) {
  const { data } = useQuery(outlineQuery(recordingId));
  const rows = useMemo(() => (data?.peaks ?? []).map((peaks) => path(peaks)), [data]);
  if (!data || rows.length === 0) return null;
  const { duration_ms: duration } = data;
  const at = atMs ?? 0;
  const share = duration ? Math.min(1, at / duration) : 0;
  return (
    <div className={classes.waveform}>
      {rows.map((row, channel) => (
        <svg
          key={channel}
          viewBox={`0 0 ${BARS} ${HEIGHT}`}
          preserveAspectRatio="none"
          height={HEIGHT}
          aria-hidden
        >
          <path d={row} className={classes.sound} data-channel={channel} />
          <rect className={classes.played} width={share * BARS} height={HEIGHT} />
        </svg>
      ))}
      <input
        type="range"
        className={classes.seek}
        aria-label="Place in the recording"
        aria-valuetext={`${asClock(at)} of ${asClock(duration)}`}
        min={0}
        max={duration}
        step={100}
        value={Math.min(at, duration)}
        onChange={({ currentTarget }) => onSeek(Number(currentTarget.value))}
      />
    </div>
  );
}

/** A bar for each stretch, as loud as its loudest moment. */
function path(peaks: number[]): string {
  const step = Math.max(1, peaks.length / BARS);
  const bars = [];
  for (let bar = 0; bar < Math.min(BARS, peaks.length); bar++) {
    const stretch = peaks.slice(Math.floor(bar * step), Math.ceil((bar + 1) * step));
    const height = Math.max(1, (Math.max(...stretch) / 255) * HEIGHT * 1.6);
    const tall = Math.min(HEIGHT, height);
    bars.push(`M${bar + 0.2} ${(HEIGHT - tall) / 2}h0.6v${tall}h-0.6z`);
  }
  return bars.join("");
}
