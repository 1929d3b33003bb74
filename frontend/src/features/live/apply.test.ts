import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it } from "vitest";
import {
  type BoardCall,
  boardQuery,
  callKeys,
  type CallDetail,
  type CallSummary,
} from "@/api/calls";
import type { FeedEvent } from "@/api/feed/events";
import { applyEvent, mergeTurns } from "./apply";

const summary = { id: "call-1", status: "dialing", started_at: null } as CallSummary;
const turn = (number: number, text: string) => ({
  turn: number,
  role: "user" as const,
  text,
  is_backchannel: false,
  is_voice_approximate: false,
});

function event(name: string, data: object): FeedEvent {
  const at = "2026-11-21T08:00:00Z";
  return { id: "1-1", name, at, call_id: "call-1", agent_id: null, data } as FeedEvent;
}

let client: QueryClient;
const board = () => client.getQueryData<BoardCall[]>(boardQuery.queryKey);
const call = () => client.getQueryData<CallDetail>(callKeys.detail("call-1"));

beforeEach(() => {
  client = new QueryClient();
  client.setQueryData(boardQuery.queryKey, [{ call: summary, lastTurn: null }]);
  client.setQueryData(callKeys.detail("call-1"), { ...summary, transcript: [], record: null });
});

describe("an event of a call", () => {
  it("moves it on the board and on its page, with the instant it began", () => {
    applyEvent(client, event("call.started", { status: "in_progress" }));

    expect(board()?.[0]?.call).toMatchObject({
      status: "in_progress",
      started_at: "2026-11-21T08:00:00Z",
    });
    expect(call()?.status).toBe("in_progress");
  });

  it("that ends it takes it off the board and has its page read anew", () => {
    applyEvent(client, event("call.ended", { status: "ended", duration_ms: 61_000 }));

    expect(board()).toEqual([]);
    expect(call()?.duration_ms).toBe(61_000);
    expect(client.getQueryState(callKeys.detail("call-1"))?.isInvalidated).toBe(true);
  });

  it("keeps those that run above those that ring and those that wait, the newest first", () => {
    const at = (id: string, status: string, minute: number) =>
      ({
        call: { id, status, created_at: `2026-11-21T08:0${minute}:00Z` },
        lastTurn: null,
      }) as BoardCall;
    const calls = [at("runs", "in_progress", 2), at("rings", "dialing", 3)];
    client.setQueryData(boardQuery.queryKey, [...calls, at("call-1", "queued", 5)]);
    applyEvent(client, event("call.dialing", { status: "dialing" }));

    expect(board()?.map(({ call }) => call.id)).toEqual(["runs", "call-1", "rings"]);
    applyEvent(client, event("call.started", { status: "in_progress" }));

    expect(board()?.map(({ call }) => call.id)).toEqual(["call-1", "runs", "rings"]);
  });

  it("that is new to the board has the board read anew", () => {
    client.setQueryData(boardQuery.queryKey, []);
    applyEvent(client, event("call.queued", { status: "queued" }));

    expect(client.getQueryState(boardQuery.queryKey)?.isInvalidated).toBe(true);
  });

  it("shows what was said last, without asking the service", () => {
    applyEvent(client, event("call.transcript_updated", { turns: [turn(0, "Hello?")] }));

    expect(board()?.[0]?.lastTurn?.text).toBe("Hello?");
    expect(call()?.transcript).toEqual([turn(0, "Hello?")]);
    expect(client.getQueryState(callKeys.detail("call-1"))?.isInvalidated).toBe(false);
  });

  it("has the call read anew where what was said is masked, and not told in pieces", () => {
    applyEvent(client, event("call.transcript_updated", { turns: [] }));

    expect(client.getQueryState(callKeys.detail("call-1"))?.isInvalidated).toBe(true);
  });
});

it("of a record has the call read anew", () => {
  applyEvent(client, event("record.needs_review", { status: "needs_review" }));

  expect(client.getQueryState(callKeys.detail("call-1"))?.isInvalidated).toBe(true);
});

it("that says something was missed has everything read anew", () => {
  applyEvent(client, event("resync", {}));

  expect(client.getQueryState(boardQuery.queryKey)?.isInvalidated).toBe(true);
});

it("turns that were heard better take the place of the old ones, in order", () => {
  const known = [turn(0, "Hi"), turn(2, "Bye")];
  expect(mergeTurns(known, [turn(1, "How are you?"), turn(2, "Goodbye")])).toEqual([
    turn(0, "Hi"),
    turn(1, "How are you?"),
    turn(2, "Goodbye"),
  ]);
});
