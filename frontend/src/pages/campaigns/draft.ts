import type { WantedCampaign } from "@/api/campaigns";
import { minutesOf } from "./words";

export const DAYS = [
  { value: "mon", label: "Monday" },
  { value: "tue", label: "Tuesday" },
  { value: "wed", label: "Wednesday" },
  { value: "thu", label: "Thursday" },
  { value: "fri", label: "Friday" },
  { value: "sat", label: "Saturday" },
  { value: "sun", label: "Sunday" },
];

export const OUTCOMES = [
  { value: "busy", label: "Busy" },
  { value: "no_answer", label: "No answer" },
  { value: "voicemail", label: "Voicemail" },
];

export interface Draft {
  name: string;
  agentId: string | null;
  purpose: string | null;
  days: string[];
  from: string;
  to: string;
  /** By outcome, as it was typed: "15, 60". */
  redial: Record<string, string>;
  maxConcurrent: number;
  perDay: number | null;
  failedPercent: number | null;
}

export function emptyDraft(): Draft {
  return {
    name: "",
    agentId: null,
    purpose: null,
    days: ["mon", "tue", "wed", "thu", "fri"],
    from: "09:00",
    to: "18:00",
    redial: { busy: "15, 60", no_answer: "120, 1440", voicemail: "1440" },
    maxConcurrent: 5,
    perDay: 2,
    failedPercent: 40,
  };
}

export function isWhole(draft: Draft): boolean {
  const rules = Object.values(draft.redial).filter((text) => text.trim() !== "");
  return (
    draft.name.trim() !== "" &&
    draft.agentId !== null &&
    draft.purpose !== null &&
    draft.from < draft.to &&
    rules.every((text) => minutesOf(text) !== null)
  );
}

/** What the service is asked for. */
export function wantedOf(draft: Draft): WantedCampaign {
  const redial = Object.entries(draft.redial).flatMap(([outcome, text]) => {
    const minutes = text.trim() === "" ? null : minutesOf(text);
    return minutes ? [[outcome, { after_minutes: minutes, max: minutes.length }] as const] : [];
  });
  const windows =
    draft.days.length > 0 ? [{ days: draft.days, from: draft.from, to: draft.to }] : [];
  return {
    name: draft.name.trim(),
    agent_id: draft.agentId ?? "",
    purpose: draft.purpose as WantedCampaign["purpose"],
    windows: windows as WantedCampaign["windows"],
    redial: Object.fromEntries(redial),
    max_concurrent: draft.maxConcurrent,
    max_attempts_per_day: draft.perDay,
    stop_when: { failed_percent: draft.failedPercent } as WantedCampaign["stop_when"],
  };
}
