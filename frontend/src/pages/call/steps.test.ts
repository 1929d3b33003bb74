import { describe, expect, it } from "vitest";
import type { CallRecord } from "@/api/records";
import type { Outlook } from "@/features/record/outlook";
import { stepsOfCall } from "./steps";

type Shown = Omit<Parameters<typeof stepsOfCall>[0], "scheduled_at" | "source">;
const shown = (call: Shown, outlook: Outlook, scheduled_at: string | null = null) =>
  stepsOfCall({ ...call, scheduled_at, source: "outbound" }, outlook).map(
    ({ label, state }) => `${label}: ${state}`,
  );
const started_at = "2026-11-21T08:00:00Z";
const record = (status: CallRecord["status"]) => ({ status }) as CallRecord;

describe("the way of a call", () => {
  it("is marked where it stands", () => {
    expect(shown({ status: "dialing", record: null, started_at: null }, "after_the_call")).toEqual([
      "Queued: done",
      "Dialing: now",
      "In progress: ahead",
      "Ended: ahead",
      "Record: ahead",
    ]);
  });

  it("that came as a recording begins with what was written down", () => {
    const uploaded = { status: "ended", record: record("valid"), started_at } as const;
    expect(
      stepsOfCall({ ...uploaded, scheduled_at: null, source: "upload" }, "made").map(
        ({ label, state }) => `${label}: ${state}`,
      ),
    ).toEqual(["Transcribed: done", "Record: valid: done"]);
  });

  it("ends with what became of its record", () => {
    expect(
      shown({ status: "ended", record: record("needs_review"), started_at }, "made").at(-1),
    ).toBe("Record: needs review: attention");
    const none = { status: "ended", record: null, started_at } as const;
    expect(shown(none, "made").at(-1)).toBe("Record: now");
    expect(shown(none, "no_fields").at(-1)).toBe("No record: ahead");
    expect(shown(none, "nothing_said").at(-1)).toBe("No record: ahead");
  });

  it("does not claim a conversation that never was, nor a record of it", () => {
    expect(
      shown({ status: "not_connected", record: null, started_at: null }, "not_connected"),
    ).toEqual(["Queued: done", "Dialing: done", "Not connected: bad"]);
  });

  it("of a call that was canceled never pretends that it rang", () => {
    const canceled = { status: "canceled", record: null, started_at: null } as const;

    expect(shown(canceled, "not_connected")).toEqual(["Queued: done", "Canceled: quiet"]);
    expect(shown(canceled, "not_connected", started_at)).toEqual([
      "Scheduled: done",
      "Canceled: quiet",
    ]);
  });

  it("begins with waiting when it is for later", () => {
    expect(
      shown({ status: "scheduled", record: null, started_at: null }, "after_the_call").slice(0, 2),
    ).toEqual(["Scheduled: now", "Queued: ahead"]);
  });
});
