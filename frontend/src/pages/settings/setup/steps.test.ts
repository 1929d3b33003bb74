import { expect, it } from "vitest";
import { doneSteps, type Known, nextStep } from "./steps";

const HEALTH = {
  webhook_url: "https://calls.example.com/webhook/retell/default",
  received: 0,
  rejected: {},
  last_received_at: null,
};
const LIVE = { published_version: 1, from_number: null, archived_at: null };
const known = (more: Partial<Known> = {}): Known => ({
  isKeyAccepted: true,
  canVerify: true,
  callerId: "+14155550199",
  agents: [LIVE],
  health: HEALTH,
  ...more,
});

it("is done when a webhook of a test call has arrived", () => {
  expect(nextStep(doneSteps(known()))).toBe("call");
  expect(nextStep(doneSteps(known({ health: { ...HEALTH, received: 1 } })))).toBeNull();
});

it("begins with the key", () => {
  expect(nextStep(doneSteps(known({ isKeyAccepted: false, canVerify: false })))).toBe("key");
});

it("goes back to the webhook key when all that came was refused", () => {
  const refused = { ...HEALTH, rejected: { wrong_key: 3 } };

  expect(nextStep(doneSteps(known({ health: refused })))).toBe("badge");
  expect(doneSteps(known({ health: { ...refused, received: 2 } })).badge).toBe(true);
});

it("takes an agent's own caller ID for a number", () => {
  const own = { ...LIVE, from_number: "+14155550198" };

  expect(doneSteps(known({ callerId: null, agents: [own] })).number).toBe(true);
  expect(
    doneSteps(known({ callerId: null, agents: [{ ...own, archived_at: "2026-01-01T00:00:00Z" }] })),
  ).toMatchObject({ number: false, agent: false });
});
