import { queryOptions } from "@tanstack/react-query";
import { callKeys } from "./calls";
import { api, unwrap } from "./client";
import type { SchemaEvidenceRead, SchemaRecordRead } from "./schema";

export type CallRecord = SchemaRecordRead;
export type Evidence = SchemaEvidenceRead;

const path = (callId: string) => ({ path: { call_id: callId } });

export function revisionsQuery(callId: string) {
  return queryOptions({
    queryKey: [...callKeys.one(callId), "revisions"],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/calls/{call_id}/record/revisions", { params: path(callId), signal })),
  });
}

export function extractAgain(callId: string) {
  return unwrap(api.POST("/api/v1/calls/{call_id}/record/extract", { params: path(callId) }));
}

/** Sets fields right; what `data` leaves out stays. Nothing at all: vouches for it as it is. */
export function correctRecord(callId: string, data: CallRecord["data"], note?: string) {
  const body = { data, note: note ?? null };
  return unwrap(api.PATCH("/api/v1/calls/{call_id}/record", { params: path(callId), body }));
}
