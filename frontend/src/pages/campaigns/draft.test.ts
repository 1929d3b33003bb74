import { expect, test } from "vitest";
import type { Campaign } from "@/api/campaigns";
import { changesOf, draftOf, emptyDraft, isWhole, USUAL_HOURS, valuesOf, wantedOf } from "./draft";

const draft = { ...emptyDraft(), name: " Checks ", agentId: "a", purpose: "service" };

const campaign = {
  name: "Checks",
  agent_id: "a",
  purpose: "service",
  time_zone: "America/New_York",
  windows: [
    { days: ["mon"], from: "09:00", to: "12:00" },
    { days: ["tue"], from: "14:00", to: "24:00" },
  ],
  redial: {
    busy: { after_minutes: [15], max: 3 },
    declined: { after_minutes: [600], max: 1 },
    voicemail: { after_minutes: [1440], max: 1 },
  },
  max_concurrent: 7,
  priority: 9,
  max_attempts: 4,
  max_attempts_per_day: null,
  stop_when: {
    failed_percent: null,
    answered_below_percent: 10,
    of_last: 200,
    spend_cents: 5000,
  },
  starts_at: "2026-12-01T09:30:45Z",
  ends_at: null,
  voicemail: "done",
  done_when: { field: "outcome", in: ["on time, or early", "delivered", true, "3", 3, null] },
  callback: { field: "callback_at", max: 4 },
} as unknown as Campaign;

test("a draft is whole with a name, an agent and what it calls for", () => {
  expect(isWhole(draft)).toBe(true);
  expect(isWhole({ ...draft, purpose: null })).toBe(false);
  expect(isWhole({ ...draft, hours: [{ ...USUAL_HOURS, from: "19:00" }] })).toBe(false);
  expect(isWhole({ ...draft, hours: [{ ...USUAL_HOURS, days: [] }] })).toBe(false);
  expect(isWhole({ ...draft, redial: { busy: "soon" } })).toBe(false);
});

test("what was typed is asked for, and what is empty is not called again", () => {
  const wanted = wantedOf({ ...draft, redial: { busy: "15, 60", voicemail: "" } });

  expect(wanted.name).toBe("Checks");
  expect(wanted.redial).toEqual({ busy: { after_minutes: [15, 60], max: 2 } });
  expect(wanted.windows).toEqual([USUAL_HOURS]);
  expect(wantedOf({ ...draft, hours: [] }).windows).toEqual([]);
});

test("a campaign that is opened and saved stays as it is, whoever else has changed it", () => {
  expect(changesOf(draftOf(campaign), campaign)).toEqual({});
  expect(changesOf({ ...draftOf(campaign), priority: 3 }, campaign)).toEqual({ priority: 3 });
});

test("each of what decides when a contact is reached is changed alone", () => {
  const edited = {
    ...draftOf(campaign),
    timeZone: "callee",
    voicemail: "redial" as const,
    doneValues: "delivered, false",
    callbackMax: 1,
  };

  expect(changesOf(edited, campaign)).toEqual({
    time_zone: "callee",
    voicemail: "redial",
    done_when: { field: "outcome", in: ["delivered", false] },
    callback: { field: "callback_at", max: 1 },
  });
  const none = { ...draftOf(campaign), startsAt: "", doneField: " ", callbackField: "" };
  expect(changesOf(none, campaign)).toEqual({ starts_at: null, done_when: null, callback: null });
});

test("a goal needs a value, and an end comes after the start", () => {
  expect(isWhole({ ...draft, doneField: "outcome", doneValues: " , " })).toBe(false);
  const dates = { startsAt: "2026-12-02T09:00", endsAt: "2026-12-01T09:00" };
  expect(isWhole({ ...draft, ...dates })).toBe(false);
});

test("values are typed as they are meant", () => {
  const values = draftOf(campaign).doneValues;

  expect(values).toBe('"on time, or early", delivered, true, "3", 3, null');
  expect(valuesOf(values)).toEqual(["on time, or early", "delivered", true, "3", 3, null]);
});

test("the hours are told by the clock that they are by", () => {
  expect(draftOf(campaign).timeZone).toBe("America/New_York");
});

test("rules that are changed or emptied go, and those that are not shown stay", () => {
  const edited = { ...draftOf(campaign), redial: { busy: "30", no_answer: "", voicemail: "" } };

  expect(changesOf({ ...edited, agentId: "b" }, campaign)).toMatchObject({
    agent_id: "b",
    redial: {
      // The last delay goes on being repeated, as before.
      busy: { after_minutes: [30], max: 3 },
      declined: { after_minutes: [600], max: 1 },
    },
  });
});
