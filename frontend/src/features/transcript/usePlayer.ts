import { useEffect, useState } from "react";

/** The recording's player: where it is, and jumping to a moment. Times are ms of the call. */
export function usePlayer(audio: HTMLAudioElement | null) {
  const [atMs, setAtMs] = useState<number | null>(null);
  return {
    /** Where it plays or was paused; null before it was started. */
    atMs,
    onTimeUpdate: () => setAtMs(audio && audio.currentTime * 1000),
    seekTo: (ms: number) => {
      if (audio) moveTo(audio, ms / 1000);
      setAtMs(ms);
    },
    playFrom: (ms: number) => {
      if (audio) playAt(audio, ms / 1000);
    },
  };
}

export type Player = ReturnType<typeof usePlayer>;

/** Plays from a moment as soon as there is a player, when somebody came for that; null: no. */
export function usePlayFrom(audio: HTMLAudioElement | null, ms: number | null): void {
  useEffect(() => {
    if (audio && ms !== null) playAt(audio, ms / 1000);
  }, [audio, ms]);
}

function moveTo(audio: HTMLAudioElement, seconds: number): void {
  audio.currentTime = seconds;
}

function playAt(audio: HTMLAudioElement, seconds: number): void {
  audio.currentTime = seconds;
  // Refused while the recording cannot be loaded; the player itself shows that.
  audio.play().catch(() => undefined);
}
