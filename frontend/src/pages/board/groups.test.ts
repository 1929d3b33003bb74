import { expect, it } from "vitest";
import type { BoardCall, CallSummary } from "@/api/calls";
import { groupsOf } from "./groups";

const one = (id: string, status: CallSummary["status"], minute = 0) =>
  ({
    call: { id, status, created_at: `2026-11-28T10:0${minute}:00Z`, started_at: null },
    lastTurn: null,
  }) as BoardCall;

const ids = (calls: BoardCall[]) => calls.map(({ call }) => call.id);

it("keeps calls that run apart from those that ring and those that wait", () => {
  const groups = groupsOf([one("a", "queued"), one("b", "in_progress"), one("c", "queued")]);

  expect(groups.map(({ label, calls }) => [label, ids(calls)])).toEqual([
    ["In progress", ["b"]],
    ["In queue", ["a", "c"]],
  ]);
});

it("puts the call that has run longest first", () => {
  const [running] = groupsOf([one("new", "in_progress", 5), one("old", "in_progress", 1)]);

  expect(ids(running?.calls ?? [])).toEqual(["old", "new"]);
});
