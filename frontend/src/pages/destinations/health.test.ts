import { expect, test } from "vitest";
import type { Destination } from "@/api/destinations";
import { counted, healthOf } from "./health";

const well = {
  enabled: true,
  disabled_reason: null,
  health: { failing_since: null, dead: 0, last_success_at: "2026-11-28T12:00:00Z" },
} as Destination;

test("trouble goes before what went well", () => {
  expect(healthOf(well).label).toBe("Well");
  const health = { ...well.health, dead: 2 };
  expect(healthOf({ ...well, health }).label).toBe("Some given up");
  const failing = { ...health, failing_since: "2026-11-28T12:00:00Z" };
  expect(healthOf({ ...well, health: failing }).label).toBe("Failing");
  const off = { ...well, health: failing, enabled: false };
  expect(healthOf({ ...off, disabled_reason: "gone" }).label).toBe("Off: it is gone");
  expect(healthOf({ ...off, disabled_reason: "person" }).tone).toBe("quiet");
});

test("a count that was not counted to its end says so", () => {
  expect(counted(9999)).toBe("9,999");
  expect(counted(10_000)).toBe("10,000 or more");
});
