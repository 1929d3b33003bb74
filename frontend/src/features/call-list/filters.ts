import { CALL_ORDERS, type CallFilters } from "@/api/callFilters";
import { readAssignee } from "@/parts/assignee";
import {
  answerers,
  type CallStatus,
  callStatuses,
  isRecordStatus,
  sources,
} from "@/parts/statuses";

/** Reads filters from an address. What makes no sense is left out, so no link shows an error. */
export function readCallFilters(search: Record<string, unknown>): CallFilters {
  const { status, record, agent, answered, source, tag, q, from, until, order } = search;
  const { longer, shorter, mood, ended, version, number, weekday, hour } = search;
  const assignee = readAssignee(search.assignee);
  const [variable, field, columns] = [search.variable, search.field, search.columns].map(textsIn);
  return {
    ...(isStatus(status) && { status }),
    ...(isRecordStatus(record) && { record }),
    ...(isText(agent) && { agent }),
    ...(isOneOf(answerers, answered) && { answered }),
    ...(isOneOf(sources, source) && { source }),
    ...(isText(tag) && { tag }),
    ...(assignee && { assignee }),
    ...((isText(q) || typeof q === "number") && { q: String(q) }),
    ...(isDay(from) && { from }),
    ...(isDay(until) && { until }),
    ...(variable && { variable }),
    ...(field && { field }),
    ...(isMinutes(longer) && { longer }),
    ...(isMinutes(shorter) && { shorter }),
    ...(isOneOf(MOODS, mood) && { mood }),
    ...(isText(ended) && { ended }),
    ...(isWhole(version, 1, 1_000_000) && { version }),
    ...(isNumber(number) && { number: String(number).replace(/^(?=\d)/, "+") }),
    ...(isWhole(weekday, 1, 7) && { weekday }),
    ...(isWhole(hour, 0, 23) && { hour }),
    ...(isOneOf(CALL_ORDERS, order) && order !== "newest" && { order }),
    ...(columns && { columns }),
  };
}

/** Lists of texts that hold something; a single text is one of them. */
function textsIn(value: unknown): string[] | undefined {
  const texts = [value].flat().filter(isText);
  return texts.length > 0 ? texts.slice(0, MOST) : undefined;
}

const MOST = 5;

const LONGEST_MINUTES = 24 * 60;

export const MOODS = {
  Positive: "Positive",
  Neutral: "Neutral",
  Negative: "Negative",
  Unknown: "Unknown",
} as const;

/** What says how calls are shown, not which. */
const OF_THE_VIEW = ["order", "columns"];

/** Whether fewer than all calls are meant. */
export function hasFilters(filters: CallFilters): boolean {
  return Object.entries(filters).some(
    ([name, value]) => !OF_THE_VIEW.includes(name) && value !== undefined,
  );
}

function isStatus(value: unknown): value is CallStatus {
  return typeof value === "string" && Object.hasOwn(callStatuses, value);
}

function isOneOf<K extends string>(known: Record<K, unknown>, value: unknown): value is K {
  return typeof value === "string" && Object.hasOwn(known, value);
}

function isMinutes(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value <= LONGEST_MINUTES;
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** A phone number; one without a plus is read as a number from an address. */
function isNumber(value: unknown): boolean {
  return /^\+?\d{3,15}$/.test(String(value));
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

function isDay(value: unknown): value is string {
  return (
    typeof value === "string" &&
    /^\d{4}-\d{2}-\d{2}$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}
