import type {
  SchemaAlertRead,
  SchemaAnalysisRead,
  SchemaCallRead,
  SchemaComparisonRead,
  SchemaFindingRead,
  SchemaRecordingRead,
  SchemaTurn,
} from "@/api/schema";

/** How a call stands, as its events tell. */
export interface CallNews {
  status: SchemaCallRead["status"];
  status_reason: string | null;
  answered_by: SchemaCallRead["answered_by"];
  duration_ms: number | null;
}

/** Why a call is not placed, and by which rule. */
export interface Refusal {
  name: string;
  rule: { name: string; source: string; as_of: string };
  detail: string;
}

/** How a record stands, as its events tell. */
export interface RecordNews {
  record_id: string;
  revision: number;
  status: NonNullable<SchemaCallRead["record"]>["status"];
  final: boolean;
  /** How many. */
  problems: number;
}

/** How an evaluation stands, as its events tell. */
export interface EvaluationNews {
  evaluation_id: string;
  policy_id: string;
  policy_version: number;
  revision: number;
  status: NonNullable<SchemaCallRead["evaluation"]>["status"];
  score: number | null;
  passed: boolean | null;
}

/** How a call's analysis stands. */
interface AnalysisNews {
  analysis_id: string;
  revision: number;
  status: SchemaAnalysisRead["status"];
}

/** An alert's number, when it began not to be what it should be, or was again. */
interface AlertNews {
  alert_id: string;
  name: string;
  metric: string;
  comparison: SchemaAlertRead["comparison"];
  threshold: number;
  window_minutes: number;
  value: number | null;
  baseline: number | null;
  samples: number;
}

/** What differs between two versions, and how sure that is. */
interface DifferenceNews extends Pick<
  SchemaFindingRead,
  "metric" | "effect" | "effect_size" | "adjusted_p_value" | "n" | "baseline_n"
> {
  value: number | null;
  baseline_value: number | null;
  shares: Record<string, number> | null;
  baseline_shares: Record<string, number> | null;
}

interface RecordingNews extends Pick<
  SchemaRecordingRead,
  "status" | "step" | "progress" | "file_name" | "error"
> {
  recording_id: string;
}

/** What became of an erasure: the calls that are gone, or why it does not go on. */
interface ErasureNews {
  erasure_id: string;
  call_ids?: string[];
  reason?: string;
}

/** Who is not to be called any more. Whose number it is, is read by its id. */
interface SuppressionNews {
  suppression_id: string;
  scope: string;
  source: string;
}

/** What somebody agreed to, or takes back. */
interface ConsentNews {
  consent_id: string;
  purpose: string;
  kind: string;
}

/** How a campaign stands. */
interface CampaignNews {
  campaign_id: string;
  status: string;
  reason: string | null;
}

/** A look-up that is asked before dials. */
interface HookNews {
  hook_id: string;
  name: string;
}

/** What a look-up came to before a call. */
interface HookAnswerNews {
  hook: string;
  status: "allowed" | "refused" | "failed";
  code: string | null;
  line_type: string | null;
  reassigned_on: string | null;
  failure: string | null;
  open_reason: string | null;
}

/** How a contact of a campaign stands. */
interface ContactNews {
  campaign_id: string;
  contact_id: string;
  state: string;
  reason: string | null;
  attempts: number;
  due_at: string | null;
}

/** What each event carries, by name; `docs/events.md` says when each comes. */
export interface EventData {
  "campaign.scheduled": CampaignNews;
  "campaign.started": CampaignNews;
  "campaign.paused": CampaignNews;
  "campaign.resumed": CampaignNews;
  "campaign.completed": CampaignNews;
  "campaign.canceled": CampaignNews;
  "contacts.added": { campaign_id: string; contacts: number };
  "contact.waits": ContactNews;
  "contact.finished": ContactNews;
  "call.scheduled": CallNews;
  "call.queued": CallNews;
  "call.dialing": CallNews;
  "call.started": CallNews;
  "call.transcript_updated": { turns: SchemaTurn[] };
  "call.ended": CallNews;
  "call.not_connected": CallNews;
  "call.failed": CallNews & { refusal?: Refusal };
  "call.canceled": CallNews;
  "call.analyzed": CallNews;
  "call.assigned": { assigned_to: string | null };
  "call.repaired": { changes: Record<string, unknown>; source: string };
  "suppression.added": SuppressionNews;
  "consent.given": ConsentNews;
  "consent.revoked": ConsentNews;
  "hook.asked": HookAnswerNews;
  "hook.failed": HookNews & { failing_since: string };
  "hook.recovered": HookNews;
  "erasure.completed": ErasureNews;
  "erasure.failed": ErasureNews;
  "recording.uploaded": RecordingNews;
  "recording.progress": RecordingNews;
  "recording.transcribed": RecordingNews;
  "recording.failed": RecordingNews;
  "recording.canceled": RecordingNews;
  "record.extracted": RecordNews;
  "record.needs_review": RecordNews;
  "record.failed": RecordNews;
  "record.corrected": RecordNews;
  "evaluation.completed": EvaluationNews;
  "evaluation.needs_review": EvaluationNews;
  "evaluation.failed": EvaluationNews;
  "evaluation.reviewed": EvaluationNews;
  "evaluation.disputed": EvaluationNews;
  "violation.found": EvaluationNews & {
    violations: { key: string; severity: string; turns: number[] }[];
  };
  "policy.agreement_dropped": {
    policy_id: string;
    policy_version: number;
    model: string;
    criteria: { key: string; before: number; after: number; n: number }[];
  };
  "analysis.completed": AnalysisNews & { problems: number; cost_cents: number | null };
  "analysis.needs_review": AnalysisNews & { problems: number; cost_cents: number | null };
  "analysis.failed": AnalysisNews & { problems: number; cost_cents: number | null };
  "analysis.left_out": AnalysisNews & { reason: SchemaAnalysisRead["left_out_reason"] };
  "analysis.budget_reached": {
    day: string;
    daily_budget_cents: number;
    spent_cents: number;
  };
  "alert.triggered": AlertNews;
  "alert.resolved": AlertNews;
  "agent.drifted": { state: "drifted" | "missing"; fields: string[] };
  "agent.version_differs": {
    version: number;
    baseline_version: number;
    calls: number;
    baseline_calls: number;
    findings: DifferenceNews[];
    other_traffic: SchemaComparisonRead["other_traffic"];
  };
  "destination.disabled": {
    destination_id: string;
    name: string;
    reason: "gone" | "failing";
    at: string;
  };
  "delivery.died": { delivery_id: string; destination_id: string; event: string; error: string };
  "agent.published": { version: number };
  /** First of all to a new client of one call: the call as it is. */
  "call.snapshot": SchemaCallRead;
  /** The position is older than the log: read the state anew. */
  resync: Record<string, never>;
  /** The client reads too slowly and is disconnected; it resumes where it was. */
  behind: Record<string, never>;
}

export type EventName = keyof EventData;

/** One message of the feed: `event.name` tells which `event.data` it has. */
export type FeedEvent = {
  [Name in EventName]: {
    /** The position in the log; null for what is not from the log. */
    id: string | null;
    name: Name;
    at: string;
    call_id: string | null;
    agent_id: string | null;
    data: EventData[Name];
  };
}[EventName];

const known: Record<EventName, true> = {
  "campaign.scheduled": true,
  "campaign.started": true,
  "campaign.paused": true,
  "campaign.resumed": true,
  "campaign.completed": true,
  "campaign.canceled": true,
  "contacts.added": true,
  "contact.waits": true,
  "contact.finished": true,
  "call.scheduled": true,
  "call.queued": true,
  "call.dialing": true,
  "call.started": true,
  "call.transcript_updated": true,
  "call.ended": true,
  "call.not_connected": true,
  "call.failed": true,
  "call.canceled": true,
  "call.analyzed": true,
  "call.assigned": true,
  "call.repaired": true,
  "suppression.added": true,
  "consent.given": true,
  "consent.revoked": true,
  "hook.asked": true,
  "hook.failed": true,
  "hook.recovered": true,
  "erasure.completed": true,
  "erasure.failed": true,
  "recording.uploaded": true,
  "recording.progress": true,
  "recording.transcribed": true,
  "recording.failed": true,
  "recording.canceled": true,
  "record.extracted": true,
  "record.needs_review": true,
  "record.failed": true,
  "record.corrected": true,
  "evaluation.completed": true,
  "evaluation.needs_review": true,
  "evaluation.failed": true,
  "evaluation.reviewed": true,
  "evaluation.disputed": true,
  "violation.found": true,
  "policy.agreement_dropped": true,
  "analysis.completed": true,
  "analysis.needs_review": true,
  "analysis.failed": true,
  "analysis.left_out": true,
  "analysis.budget_reached": true,
  "alert.triggered": true,
  "alert.resolved": true,
  "agent.drifted": true,
  "agent.version_differs": true,
  "destination.disabled": true,
  "delivery.died": true,
  "agent.published": true,
  "call.snapshot": true,
  resync: true,
  behind: true,
};

/** All names: an EventSource gives only the events it was asked for by name. */
export const EVENT_NAMES = Object.keys(known) as EventName[];

/** What the service says to a position older than its log, said by the client that has none. */
export function resync(): FeedEvent {
  const at = new Date().toISOString();
  return { id: null, name: "resync", at, call_id: null, agent_id: null, data: {} };
}
