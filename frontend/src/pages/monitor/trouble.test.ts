import { expect, it } from "vitest";
import type { Alert } from "@/api/alerts";
import type { SchemaDialQueueRead } from "@/api/schema";
import type { WebhookHealth } from "@/api/webhooks";
import { isUnknown, troublesOf } from "./trouble";

const HEALTH = {
  rejected: {},
  received: 3,
  failed: 0,
  seconds_since_worker: 2,
  silence_is_suspicious: false,
  comparison_failing_since: null,
} as unknown as WebhookHealth;
const QUEUE = { queued: 0, running: 1, stopped_reason: null } as SchemaDialQueueRead;
const ALERT = {
  id: "a",
  name: "Nobody answers",
  enabled: true,
  state: "triggered",
  metric: "answered_by_people_percent",
  comparison: "below",
  threshold: 30,
  window_minutes: 60,
  value: 12,
  baseline: null,
  samples: 40,
  checked_at: "2026-11-21T08:00:00Z",
} as unknown as Alert;
const WELL = { isLive: true, unknown: [], queue: QUEUE, health: HEALTH } as const;
const SEEN = { ...WELL, alerts: [], disabled: [] };

it("has nothing to say while all is well, or nobody knows yet", () => {
  expect(troublesOf(SEEN)).toEqual([]);
  expect(troublesOf({ ...SEEN, queue: undefined, health: undefined, alerts: undefined })).toEqual(
    [],
  );
  expect(troublesOf({ ...SEEN, alerts: [{ ...ALERT, enabled: false }] })).toEqual([]);
});

it("tells what stands still before what is not as it should be, and each once", () => {
  const found = troublesOf({
    isLive: false,
    unknown: ["webhooks"],
    queue: { ...QUEUE, stopped_reason: "No credit.", queued: 4 },
    health: { ...HEALTH, failed: 2 },
    alerts: [ALERT],
    disabled: [{ id: "d", name: "CRM" }],
  });
  expect(found.map(({ title }) => title)).toEqual([
    "Connection lost",
    "The state is not known",
    "Dialing is paused",
    "CRM is switched off",
    "Nobody answers",
  ]);
  expect(found.at(-1)?.detail).toContain("Now: 12%");
});

it("tells of webhooks that could not be applied", () => {
  expect(troublesOf({ ...SEEN, health: { ...HEALTH, failed: 2 } })[0]?.title).toBe(
    "Webhooks need attention",
  );
});

const LOOK = { isError: false, isPending: false, fetchStatus: "idle", dataUpdatedAt: 1_000_000 };

it.each([
  ["just found out", {}, 5_000, false],
  ["old", {}, 61_000, true],
  ["refused", { isError: true }, 5_000, true],
  ["without a network", { fetchStatus: "paused" }, 5_000, true],
  ["being asked for the first time", { isPending: true, dataUpdatedAt: 0 }, 0, false],
])("says whether it knows what is %s", (_, look, later, expected) => {
  expect(isUnknown({ ...LOOK, ...look }, LOOK.dataUpdatedAt + later)).toBe(expected);
});
