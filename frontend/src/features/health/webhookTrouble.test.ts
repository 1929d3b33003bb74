import { expect, it } from "vitest";
import type { WebhookHealth } from "@/api/webhooks";
import { troubleOf } from "./webhookTrouble";

const fine: WebhookHealth = {
  webhook_url: "https://calls.example.com/webhook/retell/acme",
  received: 10,
  applied: 10,
  ignored: 0,
  failed: 0,
  waiting: 0,
  duplicates: 2,
  rejected: {},
  missed: 1,
  repaired_calls: 1,
  last_repaired_at: null,
  oldest_gap_seconds: null,
  last_received_at: "2026-11-21T08:00:00Z",
  seconds_since_last: 12,
  oldest_waiting_seconds: null,
  silence_is_suspicious: false,
  last_compared_at: "2026-11-21T08:00:00Z",
  comparison_failing_since: null,
  comparison_failure: null,
  seconds_since_worker: 1,
};

it("stays quiet while webhooks arrive, also when some came twice or were repaired", () => {
  expect(troubleOf(fine)).toBeNull();
});

it("turns loud when no worker runs", () => {
  expect(troubleOf({ ...fine, seconds_since_worker: 61 })).toContain("worker");
  expect(troubleOf({ ...fine, seconds_since_worker: null })).toContain("worker");
});

it("turns loud when calls move on without webhooks", () => {
  expect(troubleOf({ ...fine, silence_is_suspicious: true })).toContain("webhook URL");
});

it("turns loud when the loss meter cannot ask", () => {
  const failing = { comparison_failing_since: "2026-11-21T08:00:00Z", comparison_failure: "No." };
  expect(troubleOf({ ...fine, ...failing })).toContain("No.");
});

it("turns loud when webhooks could not be applied", () => {
  expect(troubleOf({ ...fine, failed: 3 })).toContain("3 webhooks");
});

it("names the key when every webhook was refused, but not for a stray one", () => {
  const refused = { bad_signature: 4 };
  expect(troubleOf({ ...fine, received: 0, rejected: refused })).toContain("key");
  expect(troubleOf({ ...fine, rejected: refused })).toBeNull();
});
