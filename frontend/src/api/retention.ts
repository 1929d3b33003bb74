import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type {
  SchemaAgentPeriods,
  SchemaDisclosureRead,
  SchemaErasurePreview,
  SchemaErasureRead,
  SchemaHoldRead,
  SchemaReceipt,
  SchemaRetentionRead,
  SchemaRetentionUpdate,
} from "./schema";

export type Retention = SchemaRetentionRead;
export type AgentPeriods = SchemaAgentPeriods;
export type RetentionUpdate = SchemaRetentionUpdate;
export type Hold = SchemaHoldRead;
export type Erasure = SchemaErasureRead;
export type ErasurePreview = SchemaErasurePreview;
export type Disclosure = SchemaDisclosureRead;
export type Receipt = SchemaReceipt;

/** A number or a call, whichever it is that somebody has written. */
export interface Named {
  phone_number?: string;
  call_id?: string;
}

export const retentionKeys = {
  periods: ["retention"],
  holds: ["holds"],
  erasures: ["erasures"],
  disclosures: ["disclosures"],
} as const;

export const retentionQuery = queryOptions({
  queryKey: retentionKeys.periods,
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/retention", { signal })),
});

/** What is to be kept how long, as it is sent to be changed. */
export function periodsOf(stored: Retention): RetentionUpdate {
  return {
    recordings: stored.recordings ?? null,
    transcripts: stored.transcripts ?? null,
    records: stored.records ?? null,
    calls: stored.calls ?? null,
    webhooks: stored.webhooks ?? null,
    events: stored.events ?? null,
    audit: stored.audit ?? null,
    agents: stored.agents,
  };
}

export function setRetention(body: RetentionUpdate): Promise<Retention> {
  return unwrap(api.PUT("/api/v1/retention", { body }));
}

export const holdsQuery = queryOptions({
  queryKey: retentionKeys.holds,
  queryFn: ({ signal }) =>
    unwrap(api.GET("/api/v1/holds", { params: { query: { limit: 200 } }, signal })),
});

export function createHold(named: Named | { agent_id: string }, reason: string): Promise<Hold> {
  return unwrap(api.POST("/api/v1/holds", { body: { ...named, reason } }));
}

export function endHold(id: string) {
  return unwrap(api.DELETE("/api/v1/holds/{hold_id}", { params: { path: { hold_id: id } } }));
}

/** Erasures, newest first. Those that go on are looked at again. */
export const erasuresQuery = infiniteQueryOptions({
  queryKey: retentionKeys.erasures,
  queryFn: ({ pageParam, signal }) => {
    const query = { limit: 20, cursor: pageParam };
    return unwrap(api.GET("/api/v1/erasures", { params: { query }, signal }));
  },
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
  refetchInterval: ({ state }) =>
    state.data?.pages.some((page) => page.items.some(({ status }) => status === "running"))
      ? 2000
      : false,
});

export function previewErasure(named: Named): Promise<ErasurePreview> {
  return unwrap(api.POST("/api/v1/erasures/preview", { body: named }));
}

export function erase(named: Named): Promise<Erasure> {
  return unwrap(api.POST("/api/v1/erasures", { body: named }));
}

export function retryErasure(id: string): Promise<Erasure> {
  const params = { path: { erasure_id: id } };
  return unwrap(api.POST("/api/v1/erasures/{erasure_id}/retry", { params }));
}

export function verifyReceipt(receipt: Receipt) {
  return unwrap(api.POST("/api/v1/erasures/verify", { body: receipt }));
}

export const disclosuresQuery = queryOptions({
  queryKey: retentionKeys.disclosures,
  queryFn: ({ signal }) =>
    unwrap(api.GET("/api/v1/disclosures", { params: { query: { limit: 50 } }, signal })),
});

export function disclose(named: Named): Promise<Disclosure> {
  return unwrap(api.POST("/api/v1/disclosures", { body: named }));
}

export function deleteCall(id: string): Promise<Erasure> {
  return unwrap(api.DELETE("/api/v1/calls/{call_id}", { params: { path: { call_id: id } } }));
}

export function deleteRecording(id: string) {
  const params = { path: { recording_id: id } };
  return unwrap(api.DELETE("/api/v1/recordings/{recording_id}", { params }));
}
