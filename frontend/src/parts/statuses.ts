import type {
  SchemaAnsweredBy,
  SchemaCallSource,
  SchemaCallStatus,
  SchemaRecordingStatus,
  SchemaRecordStatus,
} from "@/api/schema";

export type CallStatus = SchemaCallStatus;
export type RecordStatus = SchemaRecordStatus;

export type Tone = "live" | "waiting" | "good" | "attention" | "bad" | "quiet";

interface Shown {
  label: string;
  tone: Tone;
}

export const callStatuses: Record<CallStatus, Shown> = {
  scheduled: { label: "Scheduled", tone: "waiting" },
  queued: { label: "Queued", tone: "waiting" },
  dialing: { label: "Dialing", tone: "live" },
  in_progress: { label: "In progress", tone: "live" },
  ended: { label: "Ended", tone: "good" },
  not_connected: { label: "Not connected", tone: "quiet" },
  failed: { label: "Failed", tone: "bad" },
  canceled: { label: "Canceled", tone: "quiet" },
};

export const recordStatuses: Record<RecordStatus, Shown> = {
  pending: { label: "Extracting", tone: "waiting" },
  valid: { label: "Valid", tone: "good" },
  needs_review: { label: "Needs review", tone: "attention" },
  failed: { label: "Failed", tone: "bad" },
  // Approved or corrected by a person; the record itself says which.
  corrected: { label: "Verified", tone: "good" },
};

export const answerers: Record<SchemaAnsweredBy, string> = {
  human: "A person",
  voicemail: "Voicemail",
  screening: "A call screener",
  ivr: "A phone menu",
  nobody: "Nobody",
  unknown: "Unknown",
};

export const sources: Record<SchemaCallSource, string> = {
  outbound: "Outbound",
  inbound: "Inbound",
  web: "Web",
  upload: "Uploaded",
};

export const recordingStatuses: Record<SchemaRecordingStatus, Shown> = {
  awaiting_upload: { label: "Being sent", tone: "waiting" },
  queued: { label: "Queued", tone: "waiting" },
  processing: { label: "In progress", tone: "live" },
  completed: { label: "Transcribed", tone: "good" },
  failed: { label: "Failed", tone: "bad" },
  canceled: { label: "Canceled", tone: "quiet" },
};

export function isRecordStatus(value: unknown): value is RecordStatus {
  return typeof value === "string" && Object.hasOwn(recordStatuses, value);
}

/** Whether the call may still change by itself. */
export function isOpen(status: CallStatus): boolean {
  return ["scheduled", "queued", "dialing", "in_progress"].includes(status);
}
