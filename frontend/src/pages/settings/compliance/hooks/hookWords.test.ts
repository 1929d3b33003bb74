import { expect, test } from "vitest";
import type { Hook } from "@/api/hooks";
import { answerOf, keepChoices, standingOf } from "./hookWords";

const HEALTH = {
  failures: 0,
  failing_since: null,
  last_failure: null,
  rests_until: null,
  last_answered_at: "2026-11-02T15:04:05Z",
};

function hook(health: Partial<Hook["health"]>, enabled = true): Hook {
  return { enabled, health: { ...HEALTH, ...health } } as Hook;
}

test("a hook that gives no answer says so before anything else", () => {
  expect(standingOf(hook({ failures: 4, failing_since: "2026-11-02T15:04:05Z" })).tone).toBe("bad");
  expect(standingOf(hook({ failures: 1 })).label).toBe("Failed last time");
  expect(standingOf(hook({})).label).toBe("Answers");
  expect(standingOf(hook({ failures: 4 }, false)).label).toBe("Switched off");
});

test("an answer is told with all that it says", () => {
  const answer = {
    allowed: false,
    code: "own_list",
    reason: null,
    line_type: "toll_free" as const,
    reassigned_on: "2026-01-02",
  };
  expect(answerOf({ answer })).toBe("own_list, line: toll free, somebody else's since 2026-01-02");
  expect(answerOf({ answer: null, failure: "Answered 503.", open_reason: "Agreed." })).toBe(
    "Answered 503. The call passed all the same: Agreed.",
  );
});

test("a time that the API set is among the choices", () => {
  expect(keepChoices(86400)).toHaveLength(4);
  expect(keepChoices(120).at(-1)).toEqual({ value: "120", label: "120 s" });
});
