/** Language models in plain words: what each is for, and what came of trying one. */

import type { Agent } from "@/api/agents";
import type { ModelCheck, Models } from "@/api/models";

export interface ModelRow {
  model: string;
  uses: string[];
  problem: string | null;
  price: [number, number] | null;
}

const USES: Record<Models["models"][number]["uses"][number], string> = {
  extraction: "Makes records",
  fallback: "Steps in when one fails",
  second_reading: "Reads a second time",
};

/** The models of the settings, then those that agents have for themselves. */
export function rowsOf({ models }: Models, agents: Agent[]): ModelRow[] {
  const rows = new Map<string, ModelRow>(
    models.map(({ model, uses, problem, input_cents, output_cents }) => [
      model,
      {
        model,
        uses: uses.map((use) => USES[use]),
        problem,
        price: input_cents === null || output_cents === null ? null : [input_cents, output_cents],
      },
    ]),
  );
  for (const { name, extraction_model: model, archived_at } of agents) {
    if (!model || archived_at !== null) continue;
    const row = rows.get(model) ?? { model, uses: [], problem: null, price: null };
    rows.set(model, { ...row, uses: [...row.uses, `Makes records of ${name}`] });
  }
  return [...rows.values()];
}

const FAILURES: Record<string, string> = {
  "llm-key-rejected": "The key is refused",
  "llm-request-refused": "The provider refuses the request",
  "llm-not-usable": "It cannot be asked with these settings",
  "llm-failed": "It cannot be reached, or failed",
  "llm-timed-out": "It did not answer in time",
  "llm-busy": "It takes no more requests right now",
  "llm-paced": "As many requests as allowed are on their way already",
  "llm-out-of-credit": "The account is used up",
  "llm-answer-unusable": "It answers, but not in the form that records need",
};

export function titleOf({ ok, failure, duration_ms }: ModelCheck): string {
  if (ok) return `It works: answered in ${duration_ms.toLocaleString()} ms`;
  return FAILURES[failure ?? ""] ?? "It does not work";
}

/** The second reading, as the settings say it. */
export function secondReading(checkModel: string): string {
  if (checkModel === "off") return "Nobody: only values that rules or a person prove are valid";
  return checkModel === "same" ? "The model that made the record" : checkModel;
}
