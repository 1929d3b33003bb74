/** What is kept for a time of its own; the first go with calls, and agents may have others. */
export const KINDS_OF_CALLS = [
  { name: "recordings", label: "Recordings", otherwise: "As long as the call" },
  { name: "transcripts", label: "Transcripts", otherwise: "As long as the call" },
  { name: "records", label: "Records and scores", otherwise: "As long as the call" },
  { name: "calls", label: "Calls, with all of that", otherwise: "For ever" },
] as const;

export type KindOfCalls = (typeof KINDS_OF_CALLS)[number]["name"];

export const KINDS = [
  ...KINDS_OF_CALLS,
  { name: "webhooks", label: "Webhooks as they came", otherwise: "As the server says" },
  { name: "events", label: "Event log", otherwise: "As the server says" },
  { name: "audit", label: "Audit log", otherwise: "For ever" },
] as const;
