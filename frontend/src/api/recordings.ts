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
const OWN_UPLOADS = "/api/v1/uploads/";

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

export function completeUpload(id: string): Promise<Recording> {
  return unwrap(api.POST("/api/v1/recordings/{recording_id}/complete", at(id)));
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

/** Sends a file to where an upload was opened, telling how much of it is there, from 0 to 1. */
export function sendFile(
  { upload }: SchemaRecordingOpened,
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    // `fetch` does not tell how much was sent.
    const request = new XMLHttpRequest();
    request.open(upload.method, here(upload.url));
    for (const [name, value] of Object.entries(upload.headers))
      request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onload = () =>
      request.status < 300 ? resolve() : reject(new Error(refusal(request.responseText)));
    request.onerror = () => reject(new Error("The connection was lost while sending."));
    request.onabort = () => reject(new DOMException("Canceled", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

/** An address of the service's own is reached where this page came from. */
function here(url: string): string {
  const { pathname } = new URL(url, location.href);
  return pathname.startsWith(OWN_UPLOADS) ? pathname : url;
}

function refusal(text: string): string {
  try {
    const { detail } = JSON.parse(text) as { detail?: string };
    return detail ?? "The storage refused the file.";
  } catch {
    return "The storage refused the file.";
  }
}
