import { describe, expect, it } from "vitest";
import type { Agent } from "@/api/agents";
import type { ModelCheck, Models } from "@/api/models";
import { rowsOf, secondReading, titleOf } from "./modelWords";

const SETTINGS = {
  models: [
    {
      model: "openai/large",
      uses: ["extraction", "second_reading"],
      problem: null,
      input_cents: 25,
      output_cents: 200,
    },
    { model: "openai/small", uses: ["fallback"], problem: null, input_cents: null },
  ],
} as unknown as Models;

const agent = (name: string, model: string | null, archived_at: string | null = null) =>
  ({ name, extraction_model: model, archived_at }) as Agent;

describe("the models", () => {
  it("are listed once each, with what they are for and agents that have their own", () => {
    const agents = [
      agent("Sales", "openai/large"),
      agent("Clinic", "gemini/flash"),
      agent("Plain", null),
      agent("Gone", "gemini/old", "2026-01-01T00:00:00Z"),
    ];

    const rows = rowsOf(SETTINGS, agents);

    expect(rows.map(({ model }) => model)).toEqual([
      "openai/large",
      "openai/small",
      "gemini/flash",
    ]);
    expect(rows[0]?.uses).toEqual([
      "Makes records",
      "Reads a second time",
      "Makes records of Sales",
    ]);
    expect(rows[0]?.price).toEqual([25, 200]);
    expect(rows[2]).toMatchObject({ uses: ["Makes records of Clinic"], price: null });
  });

  it("say who reads a second time", () => {
    expect(secondReading("same")).toBe("The model that made the record");
    expect(secondReading("openai/other")).toBe("openai/other");
    expect(secondReading("off")).toMatch(/^Nobody/);
  });
});

describe("a model that was tried", () => {
  it("works, or says what is wrong", () => {
    expect(titleOf({ ok: true, duration_ms: 12 } as ModelCheck)).toBe(
      "It works: answered in 12 ms",
    );
    expect(titleOf({ ok: false, failure: "llm-key-rejected" } as ModelCheck)).toBe(
      "The key is refused",
    );
    expect(titleOf({ ok: false, failure: "new" } as ModelCheck)).toBe("It does not work");
  });
});
