import { callStatuses, recordStatuses } from "@/parts/statuses";
import { type CallSummary, listCalls } from "@/api/calls";
import type { CallFilters } from "@/api/callFilters";

const COLUMNS = [
  "id",
  "status",
  "status_reason",
  "record",
  "answered_by",
  "agent",
  "source",
  "to_number",
  "from_number",
  "created_at",
  "started_at",
  "ended_at",
  "duration_seconds",
  "cost_cents",
  "sentiment",
  "summary",
] as const;

type Row = Record<(typeof COLUMNS)[number], string | number | null>;

/** Reads every call that matches, page after page; `onProgress` hears how many there are so far. */
export async function exportCalls(
  filters: CallFilters,
  agentName: (id: string) => string,
  onProgress: (count: number) => void,
): Promise<string> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const page = await listCalls(filters, cursor, 200);
    rows.push(...page.items.map((call) => asRow(call, agentName)));
    onProgress(rows.length);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return toCsv(rows);
}

function asRow(call: CallSummary, agentName: (id: string) => string): Row {
  return {
    id: call.id,
    status: callStatuses[call.status].label,
    status_reason: call.status_reason,
    record: call.record_status && recordStatuses[call.record_status].label,
    answered_by: call.answered_by,
    agent: agentName(call.agent_id),
    source: call.source,
    to_number: call.to_number,
    from_number: call.from_number,
    created_at: call.created_at,
    started_at: call.started_at,
    ended_at: call.ended_at,
    duration_seconds: call.duration_ms === null ? null : Math.round(call.duration_ms / 1000),
    cost_cents: call.cost?.combined_cents ?? null,
    sentiment: call.sentiment,
    summary: call.summary,
  };
}

export function toCsv(rows: Row[]): string {
  const lines = rows.map((row) => COLUMNS.map((column) => cell(row[column])).join(","));
  return [COLUMNS.join(","), ...lines].join("\r\n") + "\r\n";
}

/** Quotes what needs it. Spreadsheets take `=…` for a formula, which words of a caller are not. */
export function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const isNumber = /^\+\d+$/.test(value);
  const safe = /^[=+\-@\t\r]/.test(value) && !isNumber ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Hands the browser a file. */
export function download(name: string, content: string): void {
  // The mark makes spreadsheets read it as UTF-8.
  const url = URL.createObjectURL(new Blob(["\ufeff", content], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
