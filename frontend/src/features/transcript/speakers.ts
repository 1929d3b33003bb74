import type { Turn } from "@/api/calls";

/** What each role is called. */
export const SPEAKERS: Record<Turn["role"], string> = {
  agent: "Agent",
  user: "Caller",
  transfer_target: "Colleague",
  dtmf: "Keys pressed",
  unknown: "Speaker",
};

/** Names who speaks in each turn. Of several whom nobody could place, each has a number. */
export function speakersOf(transcript: Turn[]): string[] {
  const voices = transcript.map(({ channel, speaker }) => `${channel ?? 0} ${speaker ?? ""}`);
  const unknown = [...new Set(voices.filter((_, at) => transcript[at]?.role === "unknown"))];
  return transcript.map(({ role }, at) => {
    const number = unknown.indexOf(voices[at] ?? "") + 1;
    return role === "unknown" && unknown.length > 1
      ? `${SPEAKERS.unknown} ${number}`
      : SPEAKERS[role];
  });
}
