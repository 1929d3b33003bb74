import type { Destination, WantedDestination } from "@/api/destinations";
import { CHOSEN_AT_FIRST, type RecordStatus, statusesFor } from "./events";

/** What the form holds: texts, until they are made into what the API takes. */
export interface Draft {
  kind: WantedDestination["kind"];
  name: string;
  events: string[];
  recordStatuses: RecordStatus[];
  agentIds: string[];
  fields: string;
  concurrency: number;
  url: string;
  headers: string;
  to: string;
  daily: boolean;
  dailyAt: string;
  timeZone: string;
  dagId: string;
  version: "2" | "3";
  username: string;
  password: string;
  token: string;
  /** Who has ended the mails for themselves, and gets none. */
  unsubscribed: string[];
  format: "ndjson" | "parquet";
}

export const KINDS: { value: Draft["kind"]; label: string; description: string }[] = [
  { value: "webhook", label: "Webhook", description: "A signed POST for each event." },
  { value: "email", label: "E-mail", description: "A mail for each event, or one a day." },
  { value: "airflow", label: "Airflow", description: "A run of a DAG for each event." },
  {
    value: "object_store",
    label: "Files by day",
    description: "NDJSON or Parquet in the storage of this installation.",
  },
];

export function emptyDraft(timeZone: string): Draft {
  return {
    kind: "webhook",
    name: "",
    events: CHOSEN_AT_FIRST,
    recordStatuses: statusesFor(CHOSEN_AT_FIRST),
    agentIds: [],
    fields: "",
    concurrency: 10,
    url: "",
    headers: "",
    to: "",
    daily: false,
    dailyAt: "08:00",
    timeZone,
    dagId: "",
    version: "3",
    username: "",
    password: "",
    token: "",
    unsubscribed: [],
    format: "ndjson",
  };
}

/** What a destination is like, to be changed. Secrets are never shown, so they are empty here. */
export function draftOf(destination: Destination, timeZone: string): Draft {
  const config = destination.config as Record<string, unknown>;
  const text = (name: string) => (typeof config[name] === "string" ? config[name] : "");
  return {
    ...emptyDraft(timeZone),
    kind: destination.kind,
    name: destination.name,
    events: destination.events,
    recordStatuses: destination.record_statuses as RecordStatus[],
    agentIds: destination.agent_ids ?? [],
    fields: writeFields(destination.fields),
    concurrency: destination.concurrency,
    url: text("url"),
    to: Array.isArray(config.to) ? config.to.join(", ") : "",
    daily: text("daily_at") !== "",
    dailyAt: text("daily_at") || "08:00",
    timeZone: text("time_zone") || timeZone,
    dagId: text("dag_id"),
    version: config.version === "2" ? "2" : "3",
    username: text("username"),
    unsubscribed: Array.isArray(config.unsubscribed) ? config.unsubscribed.map(String) : [],
    format: config.format === "parquet" ? "parquet" : "ndjson",
  };
}

/** Whether enough is filled in to be sent. */
export function isWhole(draft: Draft): boolean {
  const needed = {
    webhook: [draft.url],
    email: [draft.to],
    airflow: [draft.url, draft.dagId],
    object_store: [],
  }[draft.kind];
  return [draft.name, ...needed].every((text) => text.trim() !== "");
}

/** Makes what the API takes. Throws a sentence about what cannot be read. */
export function wantedOf(draft: Draft): WantedDestination {
  const shared = {
    name: draft.name.trim(),
    events: draft.events,
    record_statuses: draft.recordStatuses,
    agent_ids: draft.agentIds.length > 0 ? draft.agentIds : null,
    fields: readFields(draft.fields),
    concurrency: draft.concurrency,
    enabled: true,
  };
  switch (draft.kind) {
    case "webhook":
      return {
        ...shared,
        kind: "webhook",
        config: { url: draft.url.trim(), headers: readHeaders(draft.headers) },
      };
    case "email":
      return {
        ...shared,
        kind: "email",
        config: {
          to: words(draft.to),
          daily_at: draft.daily ? draft.dailyAt : null,
          time_zone: draft.timeZone,
        },
      };
    case "airflow":
      return {
        ...shared,
        kind: "airflow",
        config: {
          url: draft.url.trim(),
          dag_id: draft.dagId.trim(),
          version: draft.version,
          // A token stands in for user and password.
          username: draft.token ? null : draft.username.trim() || null,
          password: draft.token ? null : draft.password || null,
          token: draft.token || null,
        },
      };
    case "object_store":
      return { ...shared, kind: "object_store", config: { format: draft.format } };
  }
}

function words(text: string): string[] {
  return text.split(/[\s,;]+/).filter((word) => word !== "");
}

/** Lines such as `Authorization: Bearer …`. Null: none are given, those there are stay. */
export function readHeaders(text: string): Record<string, string> | null {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0) return null;
  return Object.fromEntries(
    lines.map((line) => {
      const [name = "", ...value] = line.split(":");
      return [name.trim(), value.join(":").trim()];
    }),
  );
}

/** Nothing, paths by line, or a form as JSON. */
export function readFields(text: string): string[] | Record<string, unknown> | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  if (!trimmed.startsWith("{")) return words(trimmed);
  try {
    return JSON.parse(trimmed) as Record<string, unknown>;
  } catch {
    throw new Error("The form is not valid JSON.");
  }
}

function writeFields(fields: unknown): string {
  if (fields === null || fields === undefined) return "";
  return Array.isArray(fields) ? fields.join("\n") : JSON.stringify(fields, null, 2);
}
