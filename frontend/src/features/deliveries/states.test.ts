import { expect, test } from "vitest";
import type { Delivery } from "@/api/destinations";
import { reasonOf, stateOf, runStateOf } from "./states";

const delivery: Delivery = {
  id: "1",
  destination_id: "2",
  event: "call.ended",
  call_id: null,
  status: "pending",
  attempts: 0,
  next_attempt_at: null,
  last_error: null,
  last_status_code: null,
  delivered_at: null,
  outcome: null,
  created_at: "2026-11-28T12:00:00Z",
};

test("one that failed and is tried again is told apart from one that simply waits", () => {
  expect(stateOf(delivery).label).toBe("Waiting");
  expect(stateOf({ ...delivery, last_error: "Answered 500." }).label).toBe("To be tried again");
});

test("why something did not go out is said, also where no attempt was made", () => {
  expect(reasonOf({ ...delivery, status: "held" })).toContain("approved");
  expect(reasonOf({ ...delivery, status: "missed" })).toContain("switched off");
  expect(reasonOf({ ...delivery, status: "dead", last_error: "Answered 500." })).toBe(
    "Answered 500.",
  );
  expect(reasonOf({ ...delivery, status: "delivered" })).toBeNull();
});

test("a run's state that is not known yet is shown by its name", () => {
  expect(runStateOf("failed")).toEqual({ label: "Run failed", tone: "bad" });
  expect(runStateOf("deferred")).toEqual({ label: "Run deferred", tone: "quiet" });
});
