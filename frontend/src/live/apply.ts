import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import {
  type BoardCall,
  boardQuery,
  callKeys,
  type CallDetail,
  type CallSummary,
} from "@/api/calls";
import type { SchemaPageCallSummary, SchemaTurn } from "@/api/schema";
import { isOpen } from "@/parts/statuses";
import type { FeedEvent } from "./event";

type Pages = InfiniteData<SchemaPageCallSummary>;

/** What an event changes right away, and which queries it makes stale. */
export function applyEvent(client: QueryClient, event: FeedEvent): void {
  const { call_id: callId, name } = event;
  if (name === "resync") {
    void client.invalidateQueries();
  } else if (callId && name === "call.transcript_updated") {
    addTurns(client, callId, event.data.turns ?? []);
  } else if (callId && name.startsWith("call.")) {
    moveCall(client, callId, event);
  } else if (callId && name.startsWith("record.")) {
    refresh(client, callKeys.one(callId), callKeys.numbers, ["records"]);
  } else if (name.startsWith("agent.")) {
    refresh(client, ["agents"]);
  }
}

function moveCall(client: QueryClient, callId: string, event: FeedEvent): void {
  const change = changeOf(event);
  const patch = <T extends CallSummary>(call: T): T =>
    call.id === callId ? { ...call, ...change } : call;
  client.setQueryData<CallDetail>(callKeys.detail(callId), (call) => call && patch(call));
  client.setQueriesData<Pages>(
    { queryKey: callKeys.lists },
    (data) => data && mapPages(data, patch),
  );
  client.setQueryData<BoardCall[]>(boardQuery.queryKey, (calls) =>
    calls
      ?.map((each) => ({ ...each, call: patch(each.call) }))
      .filter((each) => isOpen(each.call.status)),
  );
  // What the event does not say, such as a new call's number or the summary, has to be read.
  const board = client.getQueryData<BoardCall[]>(boardQuery.queryKey);
  const isNew = event.name === "call.queued" || event.name === "call.scheduled";
  const isMissing = change.status && isOpen(change.status) && !has(board, callId);
  if (isNew || isMissing) refresh(client, boardQuery.queryKey, callKeys.lists);
  if (isNew || (change.status && !isOpen(change.status)))
    refresh(client, callKeys.one(callId), callKeys.lists, callKeys.numbers);
  else refresh(client, callKeys.timeline(callId));
  refresh(client, ["webhooks", "health"]);
}

function has(calls: BoardCall[] | undefined, callId: string): boolean {
  return calls?.some(({ call }) => call.id === callId) ?? true;
}

function changeOf({ name, at, data }: FeedEvent): Partial<CallSummary> {
  const { status, status_reason, answered_by, duration_ms } = data as Partial<CallSummary>;
  return {
    ...(status && { status }),
    ...(status_reason !== undefined && { status_reason }),
    ...(answered_by && { answered_by }),
    ...(duration_ms !== undefined && { duration_ms }),
    ...(name === "call.started" && { started_at: at }),
  };
}

function mapPages(data: Pages, change: (call: CallSummary) => CallSummary): Pages {
  return {
    ...data,
    pages: data.pages.map((page) => ({ ...page, items: page.items.map(change) })),
  };
}

function addTurns(client: QueryClient, callId: string, turns: SchemaTurn[]): void {
  client.setQueryData<CallDetail>(
    callKeys.detail(callId),
    (call) => call && { ...call, transcript: mergeTurns(call.transcript, turns) },
  );
  const last = turns.at(-1);
  client.setQueryData<BoardCall[]>(boardQuery.queryKey, (calls) =>
    calls?.map((each) => (each.call.id === callId && last ? { ...each, lastTurn: last } : each)),
  );
}

/** New turns, and those that were heard better, into what is there; in order, each once. */
export function mergeTurns(known: SchemaTurn[], news: SchemaTurn[]): SchemaTurn[] {
  const merged = new Map([...known, ...news].map((turn) => [turn.turn, turn]));
  return [...merged.values()].sort((one, other) => one.turn - other.turn);
}

function refresh(client: QueryClient, ...keys: (readonly unknown[])[]): void {
  for (const queryKey of keys) void client.invalidateQueries({ queryKey });
}
