import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import {
  type BoardCall,
  boardQuery,
  callKeys,
  type CallDetail,
  type CallSummary,
  inOrder,
} from "@/api/calls";
import type { SchemaPageCallListed, SchemaTurn } from "@/api/schema";
import type { FeedEvent } from "@/api/feed/events";
import { isOpen } from "@/parts/statuses";

type Pages = InfiniteData<SchemaPageCallListed>;

/** The events that tell how a call stands. */
type CallEvent = Exclude<
  Extract<FeedEvent, { name: `call.${string}` }>,
  { name: "call.transcript_updated" | "call.repaired" | "call.assigned" | "call.snapshot" }
>;

/** Takes in what an event tells, and reads anew what it does not. */
export function applyEvent(client: QueryClient, event: FeedEvent): void {
  const { call_id: callId } = event;
  switch (event.name) {
    case "resync":
    case "erasure.completed":
      void client.invalidateQueries();
      break;
    case "agent.published":
    case "agent.drifted":
      refresh(client, ["agents"]);
      break;
    case "agent.version_differs":
      refresh(client, ["insights", "versions"]);
      break;
    case "destination.disabled":
    case "delivery.died":
      refresh(client, ["destinations"], ["deliveries"]);
      break;
    case "call.transcript_updated":
      if (callId) addTurns(client, callId, event.data.turns);
      break;
    case "suppression.added":
    case "consent.given":
    case "consent.revoked":
      refresh(client, ["suppressions"]);
      break;
    case "hook.asked":
    case "hook.failed":
    case "hook.recovered":
      refresh(client, ["hooks"]);
      break;
    case "campaign.scheduled":
    case "campaign.started":
    case "campaign.paused":
    case "campaign.resumed":
    case "campaign.completed":
    case "campaign.canceled":
    case "contacts.added":
    case "contact.waits":
    case "contact.finished":
      refresh(client, ["campaigns"]);
      break;
    case "call.assigned":
      if (callId)
        refresh(client, callKeys.one(callId), callKeys.lists, ["records"], ["evaluations"]);
      break;
    case "call.repaired":
      if (callId) refresh(client, callKeys.one(callId), ["webhooks", "health"]);
      break;
    case "record.extracted":
    case "record.needs_review":
    case "record.failed":
    case "record.corrected":
      if (callId)
        refresh(client, callKeys.one(callId), callKeys.lists, callKeys.numbers, ["records"]);
      break;
    case "evaluation.completed":
    case "evaluation.needs_review":
    case "evaluation.failed":
    case "evaluation.reviewed":
    case "evaluation.disputed":
    case "violation.found":
      if (callId) refresh(client, callKeys.one(callId), ["evaluations"]);
      break;
    case "analysis.completed":
    case "analysis.needs_review":
    case "analysis.failed":
    case "analysis.left_out":
      if (callId) refresh(client, callKeys.one(callId), ["analysis"]);
      break;
    case "analysis.budget_reached":
      refresh(client, ["analysis"]);
      break;
    case "alert.triggered":
    case "alert.resolved":
      refresh(client, ["alerts"]);
      break;
    case "policy.agreement_dropped":
      refresh(client, ["policies"]);
      break;
    case "recording.uploaded":
    case "recording.progress":
    case "recording.transcribed":
    case "recording.failed":
    case "recording.canceled":
      refresh(client, ["recordings"]);
      break;
    case "erasure.failed":
    case "call.snapshot":
    case "behind":
      break;
    default:
      if (callId) moveCall(client, callId, event);
  }
}

function moveCall(client: QueryClient, callId: string, event: CallEvent): void {
  const change = changeOf(event);
  const patch = <T extends { id: string }>(call: T): T =>
    call.id === callId ? { ...call, ...change } : call;
  client.setQueryData<CallDetail>(callKeys.detail(callId), (call) => call && patch(call));
  client.setQueriesData<Pages>(
    { queryKey: callKeys.lists },
    (data) => data && mapPages(data, patch),
  );
  client.setQueryData<BoardCall[]>(
    boardQuery.queryKey,
    (calls) =>
      calls &&
      inOrder(
        calls
          .map((each) => ({ ...each, call: patch(each.call) }))
          .filter((each) => isOpen(each.call.status)),
      ),
  );
  const isNew = !has(client.getQueryData<BoardCall[]>(boardQuery.queryKey), callId);
  if (isOpen(change.status) && isNew)
    refresh(client, boardQuery.queryKey, callKeys.lists, callKeys.numbers);
  if (!isOpen(change.status))
    refresh(client, callKeys.one(callId), callKeys.lists, callKeys.numbers);
  else refresh(client, callKeys.timeline(callId));
  refresh(client, ["webhooks", "health"]);
}

function has(calls: BoardCall[] | undefined, callId: string): boolean {
  return calls?.some(({ call }) => call.id === callId) ?? true;
}

function changeOf({ name, at, data }: CallEvent) {
  const { status, status_reason, answered_by, duration_ms } = data;
  const started = name === "call.started" && { started_at: at };
  return { status, status_reason, answered_by, duration_ms, ...started };
}

function mapPages(data: Pages, change: (call: CallSummary) => CallSummary): Pages {
  return {
    ...data,
    pages: data.pages.map((page) => ({ ...page, items: page.items.map(change) })),
  };
}

function addTurns(client: QueryClient, callId: string, turns: SchemaTurn[]): void {
  if (turns.length === 0) {
    // Something of it is masked for this user, and only the whole can be read.
    refresh(client, callKeys.detail(callId));
    return;
  }
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
