import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type CallDetail, callKeys } from "./calls";
import { api, unwrap } from "./client";
import type {
  SchemaRecordingCreate,
  SchemaRecordingOpened,
  SchemaRecordingRead,
  SchemaSpeakersAssign,
} from "./schema";

export type Recording = SchemaRecordingRead;

const PAGE_SIZE = 50;

export const recordingsQuery = infiniteQueryOptions({
  queryKey: ["recordings", "list"],
  queryFn: ({ pageParam, signal }) =>
    unwrap(
      api.GET("/api/v1/recordings", {
        params: { query: { limit: PAGE_SIZE, ...(pageParam && { cursor: pageParam }) } },
        signal,
      }),
    ),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
  placeholderData: keepPreviousData,
});

export function outlineQuery(id: string) {
  return queryOptions({
    queryKey: ["recordings", "outline", id],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/recordings/{recording_id}/outline", {
          params: { path: { recording_id: id } },
          signal,
        }),
      ),
    staleTime: Infinity,
  });
}

export function openUpload(body: SchemaRecordingCreate): Promise<SchemaRecordingOpened> {
  return unwrap(api.POST("/api/v1/recordings", { body }));
}

/** Tells which parts of an open upload are not there, and where they are to be sent. */
export function missingParts(id: string, signal: AbortSignal) {
  const options = { ...at(id), signal };
  return unwrap(api.GET("/api/v1/recordings/{recording_id}/parts", options));
}

export function completeUpload(id: string, signal: AbortSignal): Promise<Recording> {
  const options = { ...at(id), signal };
  return unwrap(api.POST("/api/v1/recordings/{recording_id}/complete", options));
}

export function readRecording(id: string, signal: AbortSignal): Promise<Recording> {
  return unwrap(api.GET("/api/v1/recordings/{recording_id}", { ...at(id), signal }));
}

export function cancelRecording(id: string): Promise<Recording> {
  return unwrap(api.POST("/api/v1/recordings/{recording_id}/cancel", at(id)));
}

export function retryRecording(id: string): Promise<Recording> {
  return unwrap(api.POST("/api/v1/recordings/{recording_id}/retry", at(id)));
}

export function transcribeAgain(callId: string): Promise<Recording> {
  const params = { path: { call_id: callId } };
  return unwrap(api.POST("/api/v1/calls/{call_id}/transcribe", { params }));
}

/** The transcripts of a call that was transcribed again; its events make the call itself anew. */
export function transcriptsQuery({ id, recording_id }: CallDetail) {
  return queryOptions({
    queryKey: [...callKeys.one(id), "transcripts", recording_id],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/calls/{call_id}/transcripts", {
          params: { path: { call_id: id } },
          signal,
        }),
      ),
    enabled: recording_id !== null,
  });
}

export function differencesQuery(callId: string, revision: number) {
  return queryOptions({
    queryKey: [...callKeys.one(callId), "differences", revision],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/calls/{call_id}/transcripts/{revision}/differences", {
          params: { path: { call_id: callId, revision } },
          signal,
        }),
      ),
  });
}

export function assignSpeakers(callId: string, body: SchemaSpeakersAssign) {
  const params = { path: { call_id: callId } };
  return unwrap(api.POST("/api/v1/calls/{call_id}/speakers", { params, body }));
}

function at(id: string) {
  return { params: { path: { recording_id: id } } };
}
