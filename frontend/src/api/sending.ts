import { ApiProblem, isProblem, Unreachable } from "./problem";
import { completeUpload, missingParts, readRecording } from "./recordings";
import type { SchemaRecordingOpened, SchemaUpload } from "./schema";

const OWN_UPLOADS = "/api/v1/uploads/";
// A cut costs what was sent of a part; a part costs a request.
const IN_PARTS_FROM = 16 * 1024 * 1024;
const LONGEST_PAUSE = 15_000;
const MOST_FAILURES = 8;

const NOT_SENT =
  "It could not be sent, though this browser is online. Is the file still there, and may this page " +
  "send to the storage?";
const NOT_TAKEN =
  "All of it was sent, but Ringback does not answer. Nothing is lost: try again when it does.";

export interface Told {
  /** How much of the file is there, from 0 to 1. */
  onProgress: (share: number) => void;
  /** The connection was lost, and is waited for; or it is back. */
  onWaiting: (isWaiting: boolean) => void;
}

/** It failed so often in succession that it will not pass by itself. What was sent is kept. */
export class GaveUp extends Error {}

/**
 * Sends a file to where an upload was opened, and has it taken. It goes on after the connection was
 * lost: large files with the parts that are not there, others from the beginning. Rejects when it is
 * refused, and with `GaveUp` when it fails again and again.
 */
export async function sendFile(
  opened: SchemaRecordingOpened,
  file: File,
  { onProgress, onWaiting }: Told,
  signal: AbortSignal,
): Promise<void> {
  const attempts = { onWaiting, signal };
  await untilItPasses({ ...attempts, saying: NOT_SENT }, (onTaken) => {
    const onSent = (bytes: number) => {
      onWaiting(false);
      onProgress(bytes / file.size);
    };
    const send = file.size > IN_PARTS_FROM ? sendParts : sendWhole;
    return unlessTaken(opened, signal, () => send(opened, file, { onSent, onTaken }, signal));
  });
  await untilItPasses({ ...attempts, saying: NOT_TAKEN }, () =>
    unlessTaken(opened, signal, () => completeUpload(opened.id, signal)),
  );
}

interface Attempts {
  onWaiting: Told["onWaiting"];
  signal: AbortSignal;
  /** What is said when it is given up. */
  saying: string;
}

/** Tries again what may pass. Something that was taken in between ends a row of failures. */
async function untilItPasses(
  { onWaiting, signal, saying }: Attempts,
  attempt: (onTaken: () => void) => Promise<void>,
): Promise<void> {
  for (let failures = 0; ;) {
    try {
      await attempt(() => (failures = 0));
      onWaiting(false);
      return;
    } catch (error) {
      if (!mayPass(error)) throw error;
      if (navigator.onLine) failures += 1;
      if (failures === MOST_FAILURES) throw new GaveUp(saying, { cause: error });
      onWaiting(true);
      const grown = navigator.onLine ? 1000 * 2 ** (failures - 1) : LONGEST_PAUSE;
      await pause(Math.min(grown, LONGEST_PAUSE), signal);
    }
  }
}

/** The service takes by itself what lies there whole, and the answer to us may have been lost. */
async function unlessTaken(
  { id }: SchemaRecordingOpened,
  signal: AbortSignal,
  step: () => Promise<unknown>,
): Promise<void> {
  try {
    await step();
  } catch (error) {
    const isOver = error instanceof ApiProblem && error.code === "recording-not-waiting";
    if (!isOver || (await readRecording(id, signal)).status === "canceled") throw error;
  }
}

type OnSent = (bytes: number) => void;

interface Heard {
  onSent: OnSent;
  /** A part was taken. */
  onTaken: () => void;
}

function sendWhole(
  { upload }: SchemaRecordingOpened,
  file: File,
  { onSent }: Heard,
  signal: AbortSignal,
): Promise<void> {
  return put(upload, file, onSent, signal);
}

async function sendParts(
  { id }: SchemaRecordingOpened,
  file: File,
  { onSent, onTaken }: Heard,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    // They are told by the fifty.
    const { missing } = await missingParts(id, signal);
    if (missing.length === 0) return;
    for (const part of missing) {
      const bytes = file.slice(part.start, part.end);
      await put(part, bytes, (sent) => onSent(part.start + sent), signal);
      onTaken();
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
  const unknown = new ApiProblem(status, "upload-refused", title, title, []);
  try {
    const told: unknown = JSON.parse(responseText);
    return isProblem(told) ? ApiProblem.of(told) : unknown;
  } catch {
    return unknown;
  }
}
