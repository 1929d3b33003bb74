import { ApiProblem, Unreachable } from "./problem";
import { missingParts } from "./recordings";
import type { SchemaRecordingOpened, SchemaUpload } from "./schema";

const OWN_UPLOADS = "/api/v1/uploads/";
// A cut costs what was sent of a part; a part costs a request.
const IN_PARTS_FROM = 16 * 1024 * 1024;
const LONGEST_PAUSE = 15_000;

export interface Told {
  /** How much of the file is there, from 0 to 1. */
  onProgress: (share: number) => void;
  /** The connection was lost, and is waited for; or it is back. */
  onWaiting: (isWaiting: boolean) => void;
}

/**
 * Sends a file to where an upload was opened. It goes on after the connection was lost: large files
 * with the parts that are not there, others from the beginning. Rejects when it is refused.
 */
export async function sendFile(
  opened: SchemaRecordingOpened,
  file: File,
  { onProgress, onWaiting }: Told,
  signal: AbortSignal,
): Promise<void> {
  const send = file.size > IN_PARTS_FROM ? sendParts : sendWhole;
  for (let failures = 0; ;) {
    try {
      const onSent = (bytes: number) => {
        failures = 0;
        onWaiting(false);
        onProgress(bytes / file.size);
      };
      await send(opened, file, onSent, signal);
      return;
    } catch (error) {
      if (!mayPass(error)) throw error;
      failures += 1;
      onWaiting(true);
      await pause(Math.min(1000 * 2 ** (failures - 1), LONGEST_PAUSE), signal);
    }
  }
}

type OnSent = (bytes: number) => void;

function sendWhole(
  { upload }: SchemaRecordingOpened,
  file: File,
  onSent: OnSent,
  signal: AbortSignal,
): Promise<void> {
  return put(upload, file, onSent, signal);
}

async function sendParts(
  { id }: SchemaRecordingOpened,
  file: File,
  onSent: OnSent,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    // They are told by the fifty.
    const { missing } = await missingParts(id, signal);
    if (missing.length === 0) return;
    for (const part of missing) {
      const bytes = file.slice(part.start, part.end);
      await put(part, bytes, (sent) => onSent(part.start + sent), signal);
    }
  }
}

/** Whether the same may be taken later: nobody answered, or somebody who could not. */
function mayPass(error: unknown): boolean {
  if (error instanceof Unreachable) return true;
  return error instanceof ApiProblem && (error.status >= 500 || [408, 429].includes(error.status));
}

function put(upload: SchemaUpload, body: Blob, onSent: OnSent, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(canceled());
      return;
    }
    // `fetch` does not tell how much was sent.
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    const end = (settle: () => void) => () => {
      signal.removeEventListener("abort", stop);
      settle();
    };
    request.open(upload.method, here(upload.url));
    for (const [name, value] of Object.entries(upload.headers))
      request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => onSent(loaded);
    request.onload = end(() => (request.status < 300 ? resolve() : reject(refusal(request))));
    request.onerror = end(() => reject(new Unreachable(undefined)));
    request.onabort = end(() => reject(canceled()));
    signal.addEventListener("abort", stop);
    request.send(body);
  });
}

/** Waits, but no longer than until the browser is online again. Rejects when it is taken back. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      signal.removeEventListener("abort", end);
      if (signal.aborted) reject(canceled());
      else resolve();
    };
    const timer = setTimeout(end, milliseconds);
    addEventListener("online", end);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}

function canceled(): DOMException {
  return new DOMException("Canceled", "AbortError");
}

/** An address of the service's own is reached where this page came from. */
function here(url: string): string {
  const { pathname } = new URL(url, location.href);
  return pathname.startsWith(OWN_UPLOADS) ? pathname : url;
}

function refusal({ status, responseText }: XMLHttpRequest): ApiProblem {
  const title = "The storage refused the file.";
  try {
    const { detail } = JSON.parse(responseText) as { detail?: string };
    return new ApiProblem(status, "upload-refused", title, detail ?? title, []);
  } catch {
    return new ApiProblem(status, "upload-refused", title, title, []);
  }
}
