import { screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import type { OwnRule, Rule, RuleInForce } from "@/api/compliance";
import { show } from "@/testing/render";
import { service } from "@/testing/service";
import { RuleDialog } from "./RuleDialog";

const LAW: Rule = {
  name: "us.attempts",
  kind: "attempts",
  country: "US",
  purposes: ["marketing"],
  hours: [],
  max_attempts: 3,
  per_hours: 24,
  source: "Some statute",
  as_of: "2026-01-01",
};
const OTHERS: Rule = { ...LAW, name: "own.other", source: "Decided by this organization" };

function inForce(rule: Rule, own: Partial<RuleInForce> = {}): RuleInForce {
  const unchanged = { is_own: false, shipped: rule, looser: [], reason: null };
  return { rule, ...unchanged, changed_by: null, changed_at: null, ...own };
}

const asked = service({
  "GET /api/v1/compliance/rules": () => ({
    version: 1,
    items: [inForce(LAW), inForce(OTHERS, { is_own: true, shipped: null, reason: "Theirs." })],
  }),
  "PUT /api/v1/compliance/rules": () => ({ version: 1, items: [] }),
});

async function saved(): Promise<OwnRule[]> {
  await waitFor(() => expect(asked.some(({ method }) => method === "PUT")).toBe(true));
  return (asked.find(({ method }) => method === "PUT")?.body as { rules: OwnRule[] }).rules;
}

it("keeps what another administrator has changed since the page was opened", async () => {
  const { person } = await show(<RuleDialog shown={inForce(LAW)} onClose={() => undefined} />);

  await person.click(await screen.findByRole("button", { name: "Save" }));

  expect((await saved()).map(({ name, reason }) => [name, reason])).toEqual([
    ["own.other", "Theirs."],
    ["us.attempts", null],
  ]);
});

it("does not cite the law for what is no longer its rule", async () => {
  const { person } = await show(<RuleDialog shown={inForce(LAW)} onClose={() => undefined} />);

  await person.type(await screen.findByRole("textbox", { name: "Calls at most" }), "2");
  await person.click(screen.getByRole("button", { name: "Save" }));

  const changed = (await saved()).at(-1);
  expect(changed?.max_attempts).toBe(32);
  expect(changed).not.toHaveProperty("source");
  expect(changed).not.toHaveProperty("as_of");
});
