import { expect, it } from "vitest";
import type { GoldenRun, Measurement, Reliability } from "@/api/reliability";
import { byWording, decisive, percentOf, pointsOf, trustOf } from "./trust";

const judged = { rule: null, weight: 10 };
const measurement = (changes: Partial<Measurement> = {}) =>
  ({
    calibration_id: "c1",
    question: "Greeted?",
    is_worded_as_now: true,
    ...changes,
  }) as Measurement;
const found = (changes: Partial<Reliability>) =>
  ({
    reliable: true,
    is_worded_as_measured: true,
    calibration_id: "c1",
    measurements: [measurement()],
    ...changes,
  }) as Reliability;

it.each([
  ["Not measured", true, undefined],
  ["Not measured", true, found({ reliable: null, measurements: [] })],
  ["Too few calls", true, found({ reliable: null })],
  ["Reliable", true, found({})],
  ["Unreliable", false, found({ reliable: false })],
  ["Reworded", true, found({ is_worded_as_measured: false })],
  ["Reworded", false, found({ reliable: false, is_worded_as_measured: false })],
])("%s, and it counts: %s", (label, counts, reliability) => {
  expect(trustOf(judged, reliability)).toMatchObject({ label, counts });
});

it("does not count what weighs nothing, and does not measure a rule", () => {
  expect(trustOf({ ...judged, weight: 0 }, found({})).counts).toBe(false);
  expect(trustOf({ rule: { kind: "interruptions", most: 2 }, weight: 5 }, undefined)).toEqual({
    label: "Rule",
    tone: "quiet",
    counts: true,
    advice: null,
  });
});

it("shows the calibration that decides, else the latest", () => {
  const later = measurement({ calibration_id: "c2" });
  const both = [later, measurement()];
  expect(decisive(found({ measurements: both }))?.calibration_id).toBe("c1");
  expect(decisive(found({ calibration_id: null, measurements: both }))).toBe(later);
  expect(decisive(found({ measurements: [] }))).toBeNull();
});

it("keeps wordings apart", () => {
  const old = measurement({ question: "Hello?", is_worded_as_now: false });
  const groups = byWording([measurement(), old, measurement({ calibration_id: "c3" })]);
  expect(groups.map((each) => [each.question, each.isNow, each.found.length])).toEqual([
    ["Greeted?", true, 2],
    ["Hello?", false, 1],
  ]);
});

const run = (created_at: string, changes: Partial<GoldenRun> = {}) =>
  ({
    created_at,
    done_at: created_at,
    agreement: [
      { key: "a", percent: 100, n: 3 },
      { key: "b", percent: 50, n: 1 },
    ],
    ...changes,
  }) as GoldenRun;

it("weighs agreement by calls, and charts what is done from the oldest", () => {
  expect(percentOf(run("1"), null)).toBe(87.5);
  expect(percentOf(run("1"), "b")).toBe(50);
  expect(percentOf(run("1", { agreement: [] }), null)).toBeNull();
  const runs = [run("3", { done_at: null }), run("2"), run("1")];
  expect(pointsOf(runs, "a", (at) => `on ${at}`)).toEqual([
    { label: "on 1", value: 100 },
    { label: "on 2", value: 100 },
  ]);
});
