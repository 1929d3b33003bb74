import { screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Conduct } from "@/api/conduct";
import type { Place } from "@/api/records";
import { show } from "@/testing/render";
import { service } from "@/testing/service";
import { ConductPanel } from "./ConductPanel";

const RULE = { name: "us.caller", source: "Some statute", as_of: "2024-02-08" };
const CALL = "0199a3c4-0000-7000-8000-000000000001";

let conduct: Conduct;
const asked = service({
  [`GET /api/v1/calls/${CALL}/conduct`]: () => conduct,
  [`POST /api/v1/calls/${CALL}/conduct/opt-out`]: () => conduct,
});

function found(own: Partial<Conduct>): Conduct {
  const nothing = { disclosures: [], lacks: [], denial: null, opt_out: null };
  return { call_id: CALL, checked_at: "2026-11-29T12:00:00Z", called_at: null, ...nothing, ...own };
}

const OPT_OUT = { suppression_id: null, decided_by: null, decided_at: null };

it("shows what was said where it was said, and what was not", async () => {
  conduct = found({
    disclosures: [
      { disclosure: "caller", rule: RULE, turn: 0, quote: "This is Alex from Brightline." },
      { disclosure: "ai", rule: { ...RULE, name: "us-ca.ai" }, turn: null, quote: null },
    ],
  });
  const shown: Place[] = [];
  const { person } = await show(
    <ConductPanel callId={CALL} onShow={(place) => shown.push(place)} />,
  );

  await person.click(await screen.findByRole("button", { name: /This is Alex/ }));

  expect(shown).toEqual([{ turns: [0], start_ms: null }]);
  expect(screen.getByText("Not said")).toBeTruthy();
  expect(screen.queryByRole("region", { name: "Opting out" })).toBeNull();
});

it("shows where the agent denies being a machine", async () => {
  conduct = found({ denial: { turn: 2, quote: "I'm a real person." } });
  const shown: Place[] = [];
  const { person } = await show(
    <ConductPanel callId={CALL} onShow={(place) => shown.push(place)} />,
  );

  await person.click(await screen.findByRole("button", { name: /real person/ }));

  expect(shown).toEqual([{ turns: [2], start_ms: null }]);
  expect(screen.getByText("Denied")).toBeTruthy();
});

it("has a person decide what may have been an opt-out", async () => {
  const optOut = { ...OPT_OUT, turn: 1, quote: "Leave me alone.", is_sure: false };
  conduct = found({ opt_out: { ...optOut, status: "needs_review" } });
  const { person } = await show(<ConductPanel callId={CALL} onShow={() => undefined} />);

  const yes = await screen.findByRole("button", { name: "Yes, do not call" });
  conduct = found({ opt_out: { ...optOut, status: "suppressed" } });
  await person.click(yes);

  await screen.findByText("Not called again");
  await waitFor(() => expect(screen.queryByRole("button", { name: /^Yes/ })).toBeNull());
  expect(asked.find(({ method }) => method === "POST")?.body).toEqual({ is_opt_out: true });
});
