import { expect, test } from "vitest";
import { emptyDraft, isWhole, wantedOf } from "./draft";

const draft = { ...emptyDraft(), name: " Checks ", agentId: "a", purpose: "service" };

test("a draft is whole with a name, an agent and what it calls for", () => {
  expect(isWhole(draft)).toBe(true);
  expect(isWhole({ ...draft, purpose: null })).toBe(false);
  expect(isWhole({ ...draft, from: "19:00" })).toBe(false);
  expect(isWhole({ ...draft, redial: { busy: "soon" } })).toBe(false);
});

test("what was typed is asked for, and what is empty is not called again", () => {
  const wanted = wantedOf({ ...draft, redial: { busy: "15, 60", voicemail: "" } });

  expect(wanted.name).toBe("Checks");
  expect(wanted.redial).toEqual({ busy: { after_minutes: [15, 60], max: 2 } });
  expect(wanted.windows).toEqual([{ days: draft.days, from: "09:00", to: "18:00" }]);
  expect(wantedOf({ ...draft, days: [] }).windows).toEqual([]);
});
