import type { AnalysisChanges, AnalysisSettings } from "@/api/analysis";

/** What is typed; amounts in dollars, as people think of them. */
export interface Values {
  enabled: boolean;
  budget: number | string;
  time_zone: string;
  share_percent: number | string;
  agent_ids: string[];
  model: string;
  proof: AnalysisSettings["proof"];
  instructions: string;
  record_schema: Record<string, unknown> | null;
}

export function valuesOf(stored: AnalysisSettings): Values {
  return {
    enabled: stored.enabled,
    budget: stored.daily_budget_cents / 100,
    time_zone: stored.time_zone,
    share_percent: stored.share_percent,
    agent_ids: stored.agent_ids ?? [],
    model: stored.model ?? "",
    proof: stored.proof,
    instructions: stored.instructions ?? "",
    record_schema: stored.record_schema,
  };
}

/** What differs from what is stored: nothing else is sent. */
export function changesOf(values: Values, stored: AnalysisSettings): AnalysisChanges {
  const wanted = {
    enabled: values.enabled,
    daily_budget_cents: Math.round(Number(values.budget) * 10_000) / 100,
    time_zone: values.time_zone,
    share_percent: Number(values.share_percent),
    agent_ids: values.agent_ids.length > 0 ? values.agent_ids : null,
    model: values.model.trim() || null,
    proof: values.proof as NonNullable<AnalysisChanges["proof"]>,
    instructions: values.instructions.trim() || null,
    record_schema: values.record_schema ?? {},
  };
  return Object.fromEntries(
    Object.entries(wanted).filter(
      ([name, value]) =>
        JSON.stringify(value) !== JSON.stringify(stored[name as keyof AnalysisSettings]),
    ),
  );
}
