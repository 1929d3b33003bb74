import { screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Policy } from "@/api/policies";
import { show } from "@/testing/render";
import { refused, service } from "@/testing/service";
import { ReliabilityTab } from "./ReliabilityTab";

const policy = {
  id: "p1",
  published_version: 2,
  archived_at: null,
  criteria: [
    { key: "greeting", name: "Greets", weight: 10, rule: null, scale: "yes_no" },
    { key: "tone", name: "Tone", weight: 10, rule: null, scale: "yes_no" },
    { key: "silence", name: "Silence", weight: 5, rule: { kind: "longest_silence" } },
  ],
} as unknown as Policy;

const measurement = {
  calibration_id: "c1",
  policy_version: 2,
  question: "Was it friendly?",
  is_worded_as_now: true,
  raters: 3,
  calls: 20,
  alpha: 0.41,
  interval: { low: 0.1, high: 0.7 },
  model_kappa: 0.38,
  reliable: false,
  measured_at: "2026-11-28T10:00:00Z",
};
const unmeasured = {
  key: "greeting",
  reliable: null,
  alpha: null,
  calls: 0,
  measured_at: null,
  is_worded_as_measured: false,
  calibration_id: null,
  measurements: [],
};
const unreliable = {
  ...unmeasured,
  key: "tone",
  reliable: false,
  alpha: 0.41,
  calls: 20,
  is_worded_as_measured: true,
  calibration_id: "c1",
  measurements: [measurement],
};

const run = {
  id: "r1",
  policy_version: 2,
  model: "openai/judge",
  total: 6,
  done: 6,
  failed: 0,
  cost_cents: null,
  created_by: null,
  created_at: "2026-11-28T02:00:00Z",
  done_at: "2026-11-28T02:01:00Z",
  agreement: [{ key: "tone", percent: 60, n: 6 }],
  dropped: [{ key: "tone", before: 100, after: 60, n: 6 }],
};

let runs: unknown[] = [];
let reviewed = 0;
const page = (items: unknown[]) => ({ items, next_cursor: null });
const asked = service({
  "GET /api/v1/policies/p1/reliability": () => [unmeasured, unreliable],
  "GET /api/v1/policies/p1/golden-runs": () => page(runs),
  "GET /api/v1/evaluations": () => page(Array.from({ length: reviewed }, () => ({}))),
  "POST /api/v1/policies/p1/golden-runs": () => refused(409, "golden-run-under-way"),
});

it("says which criteria count, and what to do about one that does not", async () => {
  runs = [];
  const { person } = await show(<ReliabilityTab policy={policy} />);
  const row = async (name: string) =>
    within((await screen.findByText(name)).closest("tr") as HTMLElement);

  expect((await row("Greets")).getByText("Counts")).toBeTruthy();
  expect((await row("Silence")).getByText("Rule")).toBeTruthy();
  const tone = await row("Tone");
  expect(tone.getByText("Unreliable")).toBeTruthy();
  expect(tone.getByText("Left out")).toBeTruthy();
  expect(tone.getByText("0.10 to 0.70")).toBeTruthy();
  screen.getByText(/0 of 2 judged criteria are reliable; 1 is left out of scores/);

  await person.click(screen.getByRole("button", { name: "Tone" }));
  const wording = screen.getByRole("region", { name: "Was it friendly?" });
  expect(within(wording).getByText(/3 raters · 20 calls/)).toBeTruthy();
});

it("asks for reviews before there can be a golden run", async () => {
  runs = [];
  reviewed = 2;
  await show(<ReliabilityTab policy={policy} />);

  expect(await screen.findByText(/2 of this policy.s are\./)).toBeTruthy();
  expect(screen.getByRole("button", { name: "Run now" })).toHaveProperty("disabled", true);
  expect(screen.getByRole("link", { name: "Review evaluations" })).toBeTruthy();
});

it("shows where the judge agrees less than before, and runs again when told", async () => {
  runs = [run];
  reviewed = 5;
  const { person } = await show(<ReliabilityTab policy={policy} />);
  const golden = await screen.findByRole("region", { name: "Golden runs" });

  expect(await within(golden).findByText(/Tone: 100 → 60 %/)).toBeTruthy();
  await person.click(screen.getByRole("button", { name: "Run now" }));

  await waitFor(() => expect(asked.some(({ method }) => method === "POST")).toBe(true));
  expect((await screen.findByRole("alert")).textContent).toContain("golden-run-under-way");
});

it("starts no second run while one is at work", async () => {
  runs = [{ ...run, done: 2, done_at: null, agreement: [], dropped: [] }];
  reviewed = 5;
  await show(<ReliabilityTab policy={policy} />);

  expect(await screen.findByText("2 of 6 calls judged again.")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Run now" })).toHaveProperty("disabled", true);
});

it("lets somebody who may only review look on", async () => {
  runs = [run];
  await show(<ReliabilityTab policy={policy} />, { role: "reviewer" });

  await screen.findByText("Greets");
  expect(screen.queryByRole("button", { name: "Run now" })).toBeNull();
  expect(screen.queryByRole("button", { name: "New calibration" })).toBeNull();
});
