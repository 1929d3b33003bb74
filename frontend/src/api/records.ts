import { queryOptions } from "@tanstack/react-query";
import { callKeys } from "./calls";
import { api, unwrap } from "./client";
import type { SchemaEvidenceRead, SchemaNotSaidRead, SchemaRecordRead } from "./schema";

export type CallRecord = SchemaRecordRead;
export type Evidence = SchemaEvidenceRead;
export type NotSaid = SchemaNotSaidRead;
/** Turns to show, and the words to light in them; without words, the turns as a whole. */
export type Place = Pick<Evidence, "turns" | "start_ms"> & Partial<Pick<Evidence, "quote">>;

const path = (callId: string) => ({ path: { call_id: callId } });

export function revisionsQuery(callId: string) {
  return queryOptions({
    queryKey: [...callKeys.one(callId), "revisions"],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/calls/{call_id}/record/revisions", { params: path(callId), signal })),
  });
}

/** Has the record made anew, also past what a person has set right. */
export function extractAgain(callId: string) {
  const body = { replace_correction: true };
  return unwrap(api.POST("/api/v1/calls/{call_id}/record/extract", { params: path(callId), body }));
}

/** Vouches for the record as it is. Refused when there is a newer revision than the one seen. */
export function approveRecord({ call_id, revision }: CallRecord, note: string | null = null) {
  const body = { revision, note };
  return unwrap(
    api.POST("/api/v1/calls/{call_id}/record/approve", { params: path(call_id), body }),
  );
}

/** Sets fields right; what `data` leaves out stays. Refused when there is a newer revision. */
export function correctRecord(seen: CallRecord, data: CallRecord["data"], note: string | null) {
  const body = { data, note, revision: seen.revision };
  return unwrap(api.PATCH("/api/v1/calls/{call_id}/record", { params: path(seen.call_id), body }));
}

/** Puts a record back into review: what a person said of it is undone, a valid one flagged. */
export function reopenRecord(
  { call_id, revision }: Pick<CallRecord, "call_id" | "revision">,
  note: string | null,
) {
  const body = { revision, note };
  return unwrap(api.POST("/api/v1/calls/{call_id}/record/reopen", { params: path(call_id), body }));
}
