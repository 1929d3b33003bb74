import { screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { CallDetail } from "@/api/calls";
import type { Evaluation } from "@/api/evaluations";
import type { PolicyConfig } from "@/api/policies";
import type { Place } from "@/api/records";
import { show } from "@/testing/render";
import { service } from "@/testing/service";
import { EvaluationForm } from "./EvaluationForm";

const policy = {
  name: "Support quality",
  passing_score: 80,
  criteria: [
    { key: "greeting", scale: "yes_no", question: "Greeted?", may_not_apply: false },
    { key: "tone", scale: "points", question: "Friendly?", may_not_apply: true },
  ],
} as unknown as PolicyConfig;

const told = { weight: 10, severity: "minor", auto_fail: false, note: null, violated: false };
const evaluation = {
  id: "e1",
  call_id: "k1",
  policy_id: "p1",
  policy_version: 2,
  revision: 3,
  origin: "judging",
  status: "needs_review",
  score: 50,
  passed: false,
  auto_failed: false,
  category_scores: { Opening: 50 },
  created_at: "2026-11-28T10:00:00Z",
  model: "openai/judge",
  cost_cents: null,
  resolution: null,
  failure: null,
  results: [
    {
      ...told,
      key: "greeting",
      name: "Greets",
      category: "Opening",
      verdict: "no",
      score: 0,
      proven_by: "rule",
      unreliable: false,
      reason: "",
      evidence: { quote: "Hello", turns: [0], start_ms: 0, found: true },
      problems: [],
    },
    {
      ...told,
      key: "tone",
      name: "Tone",
      category: "Opening",
      verdict: 4,
      score: 80,
      proven_by: null,
      unreliable: false,
      reason: "",
      evidence: { quote: "purple folder", turns: [], start_ms: null, found: false },
      problems: [{ code: "quote_not_found", message: "The quote is not in the transcript." }],
    },
  ],
} as unknown as Evaluation;

const asked = service({
  "PATCH /api/v1/calls/k1/evaluation": () => evaluation,
  "POST /api/v1/calls/k1/evaluation/dispute": () => evaluation,
  "GET /api/v1/calls/k1/evaluation/disputes": () => [
    { policy_id: "p1", decided_at: null, reason: "She did greet.", raised_by: "somebody" },
  ],
});

function form(props: { evaluation?: Evaluation; onShow?: (place: Place) => void } = {}) {
  return (
    <EvaluationForm
      call={{ id: "k1" } as CallDetail}
      policy={policy}
      evaluation={props.evaluation ?? evaluation}
      pinned={null}
      onShow={props.onShow ?? (() => undefined)}
      onHover={() => undefined}
    />
  );
}

it("jumps to the words that prove a verdict, and nowhere for words that nobody said", async () => {
  const shown: Place[] = [];
  const { person } = await show(form({ onShow: (place) => shown.push(place) }));

  await person.click(screen.getByRole("button", { name: /Greets.*Hello/ }));

  expect(shown).toEqual([{ quote: "Hello", turns: [0], start_ms: 0 }]);
  expect(screen.getByRole("button", { name: /purple folder/ }).hasAttribute("disabled")).toBe(true);
  expect(screen.getByText("The quote is not in the transcript.")).toBeTruthy();
});

it("sends a person's verdicts with why, for the revision that was seen", async () => {
  const { person } = await show(form());

  await person.click(screen.getByRole("button", { name: "Override Tone" }));
  await person.click(screen.getByRole("radio", { name: "2" }));
  await person.type(screen.getByLabelText("Why (optional)"), "Too short.");
  await person.click(screen.getByRole("button", { name: "Keep this" }));
  await person.click(screen.getByRole("button", { name: "Save overrides" }));

  await waitFor(() =>
    expect(asked.find(({ method }) => method === "PATCH")?.body).toEqual({
      results: { tone: { verdict: 2, note: "Too short." } },
      revision: 3,
    }),
  );
});

it("disputes with a reason, and says of what is disputed who decides", async () => {
  const { person } = await show(form());
  await person.click(screen.getByRole("button", { name: "Dispute" }));
  const dialog = within(await screen.findByRole("dialog"));
  await person.type(dialog.getByLabelText("What is wrong"), "She did greet.");
  await person.click(dialog.getByRole("button", { name: "Dispute" }));
  await waitFor(() =>
    expect(asked.find(({ path }) => path.endsWith("/dispute"))?.body).toEqual({
      reason: "She did greet.",
      revision: 3,
    }),
  );
});

const disputed = { ...evaluation, status: "disputed" } as const;

it("has a manager who did not raise a dispute decide it", async () => {
  await show(form({ evaluation: disputed }));

  expect(await screen.findByText("She did greet.")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Dispute" })).toBeNull();
  expect(screen.getByRole("button", { name: "Approve" })).toBeTruthy();
});

it.each([{ role: "reviewer" }, { id: "somebody" }] as const)(
  "has others read a disputed evaluation: %j",
  async (who) => {
    await show(form({ evaluation: disputed }), who);

    expect(await screen.findByText("A manager who did not raise it decides.")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Approve" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Override Tone" })).toBeNull();
  },
);
