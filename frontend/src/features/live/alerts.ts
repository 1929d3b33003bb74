import { useLocalStorage } from "@mantine/hooks";
import type { FeedEvent } from "@/api/feed/events";

/** Whether this browser tells by a sound and a note what needs a person. */
export function useAlerts() {
  return useLocalStorage({
    key: "ringback-alerts",
    defaultValue: false,
    getInitialValueInEffect: false,
  });
}

/** What of an event needs a person, in words; null when nothing does. */
export function needOf(event: FeedEvent): string | null {
  switch (event.name) {
    case "record.needs_review":
      return "A record needs review";
    case "record.failed":
      return "A record could not be extracted";
    case "call.failed":
      return "A call failed";
    case "violation.found":
      return "A rule was violated on a call";
    case "evaluation.needs_review":
      return "A score needs review";
    case "destination.disabled":
      return "A destination was switched off";
    case "agent.version_differs":
      return `Calls of version ${event.data.version} of an agent differ from those before`;
    case "alert.triggered":
      return `Alert: ${event.data.name}`;
    default:
      return null;
  }
}

const QUIET_MS = 2000;
let rangAt = 0;
let context: AudioContext | null = null;

/** Two short tones; none right after others. Browsers allow them once a page was clicked. */
export function ring(): void {
  if (Date.now() - rangAt < QUIET_MS) return;
  rangAt = Date.now();
  context ??= new AudioContext();
  tone(context, 660, 0);
  tone(context, 880, 0.16);
}

function tone(audio: AudioContext, hertz: number, after: number): void {
  const begin = audio.currentTime + after;
  const source = audio.createOscillator();
  const loudness = audio.createGain();
  source.frequency.value = hertz;
  loudness.gain.setValueAtTime(0.12, begin);
  loudness.gain.exponentialRampToValueAtTime(0.001, begin + 0.3);
  source.connect(loudness).connect(audio.destination);
  source.start(begin);
  source.stop(begin + 0.3);
}
