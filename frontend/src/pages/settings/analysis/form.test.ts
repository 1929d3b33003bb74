import { expect, it } from "vitest";
import type { AnalysisSettings } from "@/api/analysis";
import { changesOf, valuesOf } from "./form";

const STORED: AnalysisSettings = {
  enabled: false,
  record_schema: { type: "object", properties: { topic: { type: "string" } } },
  schema_version: 0,
  is_preset: true,
  instructions: null,
  daily_budget_cents: 500,
  time_zone: "UTC",
  share_percent: 100,
  agent_ids: null,
  model: null,
  proof: "second_reading",
  asked_model: "openai/gpt-5-mini",
  unpriced_models: [],
  today: "2026-11-29",
  spent_today_cents: 0,
  left_today_cents: 500,
  reached_at: null,
};

it("sends nothing where nothing was changed", () => {
  expect(changesOf(valuesOf(STORED), STORED)).toEqual({});
});

it("sends only what was changed, amounts in cents", () => {
  const values = { ...valuesOf(STORED), enabled: true, budget: "1.29", agent_ids: ["a"] };

  expect(changesOf(values, STORED)).toEqual({
    enabled: true,
    daily_budget_cents: 129,
    agent_ids: ["a"],
  });
});
