import { describe, expect, it } from "vitest";
import type { Turn } from "@/api/calls";
import { speakersOf } from "./speakers";

function turn(role: Turn["role"], channel: number | null = null, speaker: string | null = null) {
  return { role, channel, speaker } as Turn;
}

describe("who speaks", () => {
  it("is told by role", () => {
    expect(speakersOf([turn("agent", 0), turn("user", 1)])).toEqual(["Agent", "Caller"]);
  });

  it("is numbered where several are not known, by channel or by voice", () => {
    const channels = [turn("unknown", 1), turn("unknown", 0), turn("unknown", 1)];
    const voices = [turn("unknown", 0, "A"), turn("unknown", 0, "B"), turn("agent", 0, "C")];

    expect(speakersOf(channels)).toEqual(["Speaker 1", "Speaker 2", "Speaker 1"]);
    expect(speakersOf(voices)).toEqual(["Speaker 1", "Speaker 2", "Agent"]);
  });

  it("has no number where one alone is not known", () => {
    expect(speakersOf([turn("unknown"), turn("agent", 1)])).toEqual(["Speaker", "Agent"]);
  });
});
