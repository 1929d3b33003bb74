import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Analysis, AnalysisSettings } from "@/api/analysis";
import type { Place } from "@/api/records";
import { show } from "@/testing/render";
import { refused, service } from "@/testing/service";
import { AnalysisPanel } from "./AnalysisPanel";

const CALL = "0199a3c4-0000-7000-8000-000000000001";
const ID = "0199a3c4-0000-7000-8000-000000000002";
const PATH = `/api/v1/calls/${CALL}/analysis`;

let analysis: Analysis | null;
let settings: Partial<AnalysisSettings>;
const asked = service({
  [`GET ${PATH}`]: () => analysis ?? refused(404, "analysis-not-found"),
  [`POST ${PATH}`]: () => analysis,
  "GET /api/v1/analysis/settings": () => settings,
});

const SAID = { turns: [3], start_ms: 24_000, found: true, proven_by: "second_reading" as const };

function found(own: Partial<Analysis>): Analysis {
  return {
    id: ID,
    call_id: CALL,
    agent_id: ID,
    revision: 1,
    is_current: true,
    status: "valid",
    left_out_reason: null,
    schema_version: 1,
    record_schema: {
      type: "object",
      properties: {
        pain_points: { type: "array", items: { type: "string" } },
        objections: { type: "array", items: { type: "string" } },
        customer_sentiment: {
          type: "array",
          items: { type: "object", properties: { sentiment: { type: "string" } } },
        },
      },
    },
    data: { pain_points: ["retyping notes"], objections: [], customer_sentiment: [] },
    evidence: { "pain_points[0]": { ...SAID, quote: "We retype every note." } },
    problems: [],
    not_said: {},
    sentiment: [],
    failure: null,
    model: "openai/gpt-5-mini",
    attempts: 1,
    input_tokens: 800,
    output_tokens: 90,
    cost_cents: 0.4,
    estimated_cents: 0.9,
    created_at: "2026-11-29T12:00:00Z",
    ...own,
  };
}

async function panel(shown: Place[] = []) {
  return show(
    <AnalysisPanel callId={CALL} onShow={(place) => shown.push(place)} onHover={() => undefined} />,
  );
}

it("shows what was told with its quote, and plays it", async () => {
  analysis = found({});
  const shown: Place[] = [];
  const { person } = await panel(shown);

  await person.click(await screen.findByRole("button", { name: /retyping notes/ }));

  expect(shown.map(({ turns, start_ms }) => ({ turns, start_ms }))).toEqual([
    { turns: [3], start_ms: 24_000 },
  ]);
  expect(screen.getByText(/Nothing was said of: objections/)).toBeTruthy();
});

it("draws how speakers felt, and each moment leads to its words", async () => {
  const moment = {
    field: "customer_sentiment[0].sentiment",
    speaker: "user",
    turn: 3,
    start_ms: 24_000,
    quote: "We retype every note.",
    sentiment: "negative" as const,
    level: -1,
    about: "the notes",
  };
  analysis = found({ sentiment: [moment] });
  const shown: Place[] = [];
  const { person } = await panel(shown);

  await person.click(
    await screen.findByRole("button", { name: /0:24.*Caller: Negative · the notes/ }),
  );

  expect(shown).toEqual([{ turns: [3], start_ms: 24_000 }]);
  expect(screen.getByRole("img", { name: /How speakers felt/ })).toBeTruthy();
});

it("says of a value that is not believed why", async () => {
  analysis = found({
    status: "needs_review",
    evidence: { "pain_points[0]": { ...SAID, quote: "Nobody said it.", found: false } },
    problems: [
      { field: "pain_points[0]", code: "quote_not_found", message: "The quote is not there." },
    ],
  });
  await panel();

  expect(await screen.findByText("The quote is not there.")).toBeTruthy();
  expect(screen.getByRole("button", { name: /retyping notes/ })).toHaveProperty("disabled", true);
});

it("says why a call was left out, and has it analyzed", async () => {
  analysis = found({ status: "left_out", left_out_reason: "budget", data: {}, evidence: {} });
  const { person } = await panel();

  expect(await screen.findByText(/budget for call analysis was used up/)).toBeTruthy();
  await person.click(screen.getByRole("button", { name: "Analyze this call" }));

  expect(asked.some(({ method, path }) => method === "POST" && path === PATH)).toBe(true);
});

it("leads to the settings while it is switched off", async () => {
  analysis = null;
  settings = { enabled: false };
  await panel();

  const link = await screen.findByRole("link", { name: "Go to the settings" });
  expect(link.getAttribute("href")).toContain("section=analysis");
});
