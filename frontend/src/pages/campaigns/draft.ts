import type { Campaign, CampaignChanges, WantedCampaign } from "@/api/campaigns";
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

/** The contact's own time zone. */
export const CALLEE = "callee";

export interface Hours {
  days: string[];
  from: string;
  to: string;
}

export interface Draft {
  name: string;
  agentId: string | null;
  purpose: string | null;
  /** Whose clock the hours are by: a time zone, or each contact's own. */
  timeZone: string;
  /** None: at any hour that the rules allow. */
  hours: Hours[];
  /** By outcome, as it was typed: "15, 60". */
  redial: Record<string, string>;
  maxConcurrent: number;
  priority: number;
  maxAttempts: number;
  perDay: number | null;
  failedPercent: number | null;
  answeredBelowPercent: number | null;
  ofLast: number;
  spendCents: number | null;
  /** As `datetime-local` has it, by the reader's clock; empty: by hand. */
  startsAt: string;
  endsAt: string;
  voicemail: Campaign["voicemail"];
  /** The record's field that says whether the goal is reached; empty: talking is enough. */
  doneField: string;
  /** Its values, as typed: "delivered, on time". */
  doneValues: string;
  /** The record's field with the time they asked for; empty: none is looked for. */
  callbackField: string;
  callbackMax: number;
}

export const USUAL_HOURS: Hours = {
  days: ["mon", "tue", "wed", "thu", "fri"],
  from: "09:00",
  to: "18:00",
};

export function emptyDraft(): Draft {
  return {
    name: "",
    agentId: null,
    purpose: null,
    timeZone: CALLEE,
    hours: [USUAL_HOURS],
    redial: { busy: "15, 60", no_answer: "120, 1440", voicemail: "1440" },
    maxConcurrent: 5,
    priority: 5,
    maxAttempts: 10,
    perDay: 2,
    failedPercent: 40,
    answeredBelowPercent: null,
    ofLast: 50,
    spendCents: null,
    startsAt: "",
    endsAt: "",
    voicemail: "redial",
    doneField: "",
    doneValues: "",
    callbackField: "",
    callbackMax: 2,
  };
}

/** What a campaign goes by now, as it is edited. */
export function draftOf(campaign: Campaign): Draft {
  const { stop_when: stop } = campaign;
  return {
    name: campaign.name,
    agentId: campaign.agent_id,
    purpose: campaign.purpose,
    timeZone: campaign.time_zone,
    hours: campaign.windows.map(({ days, from, to }) => ({ days, from, to })),
    redial: Object.fromEntries(
      OUTCOMES.map(({ value }) => [value, typed(campaign, value)] as const),
    ),
    maxConcurrent: campaign.max_concurrent,
    priority: campaign.priority,
    maxAttempts: campaign.max_attempts,
    perDay: campaign.max_attempts_per_day,
    failedPercent: stop.failed_percent ?? null,
    answeredBelowPercent: stop.answered_below_percent ?? null,
    ofLast: stop.of_last,
    spendCents: stop.spend_cents ?? null,
    startsAt: localOf(campaign.starts_at),
    endsAt: localOf(campaign.ends_at),
    voicemail: campaign.voicemail,
    doneField: campaign.done_when?.field ?? "",
    doneValues: campaign.done_when?.in.map(typedValue).join(", ") ?? "",
    callbackField: campaign.callback?.field ?? "",
    callbackMax: campaign.callback?.max ?? 2,
  };
}

type Redial = Record<string, { after_minutes: number[]; max: number }>;

function typed(campaign: Campaign, outcome: string): string {
  return campaign.redial[outcome]?.after_minutes.join(", ") ?? "";
}

export function isWhole(draft: Draft): boolean {
  const rules = Object.values(draft.redial).filter((text) => text.trim() !== "");
  return (
    draft.name.trim() !== "" &&
    draft.agentId !== null &&
    draft.purpose !== null &&
    draft.hours.every(({ days, from, to }) => days.length > 0 && from < to) &&
    rules.every((text) => minutesOf(text) !== null) &&
    (draft.doneField.trim() === "" || valuesOf(draft.doneValues).length > 0) &&
    (draft.startsAt === "" || draft.endsAt === "" || draft.startsAt < draft.endsAt)
  );
}

/** What the service is asked for. */
export function wantedOf(draft: Draft): WantedCampaign {
  return {
    name: draft.name.trim(),
    agent_id: draft.agentId ?? "",
    purpose: draft.purpose as WantedCampaign["purpose"],
    ...policyOf(draft),
    redial: redialOf(draft),
  };
}

/** What is to be changed: what the form does not show, or nobody touched, stays as others have it. */
export function changesOf(draft: Draft, campaign: Campaign): CampaignChanges {
  const before = draftOf(campaign);
  const all = { ...wantedOf(draft), redial: touchedRedial(draft, campaign) };
  const held = { ...wantedOf(before), redial: campaign.redial };
  return Object.fromEntries(
    Object.entries(all).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(held[name as keyof typeof held]),
    ),
  );
}

function touchedRedial(draft: Draft, campaign: Campaign): Redial {
  const held: Redial = campaign.redial;
  const untouched = Object.entries(held).filter(
    ([outcome]) => !(outcome in draft.redial) || draft.redial[outcome] === typed(campaign, outcome),
  );
  const touched = Object.entries(redialOf(draft)).map(([outcome, rule]) => {
    const before = held[outcome];
    const isRepeated = before && before.max > before.after_minutes.length;
    return [outcome, isRepeated ? { ...rule, max: Math.max(before.max, rule.max) } : rule] as const;
  });
  const all = { ...Object.fromEntries(touched), ...Object.fromEntries(untouched) };
  // In the order in which the campaign has them, so that the same is the same.
  const order = [...Object.keys(held), ...Object.keys(all)];
  return Object.fromEntries(
    [...new Set(order)].flatMap((outcome) => {
      const rule = all[outcome];
      return rule ? [[outcome, rule] as const] : [];
    }),
  );
}

function policyOf(draft: Draft) {
  const doneField = draft.doneField.trim();
  const callbackField = draft.callbackField.trim();
  return {
    time_zone: draft.timeZone,
    starts_at: instantOf(draft.startsAt),
    ends_at: instantOf(draft.endsAt),
    voicemail: draft.voicemail,
    done_when: doneField === "" ? null : { field: doneField, in: valuesOf(draft.doneValues) },
    callback: callbackField === "" ? null : { field: callbackField, max: draft.callbackMax },
    windows: draft.hours as WantedCampaign["windows"],
    max_concurrent: draft.maxConcurrent,
    priority: draft.priority,
    max_attempts: draft.maxAttempts,
    max_attempts_per_day: draft.perDay,
    stop_when: {
      failed_percent: draft.failedPercent,
      answered_below_percent: draft.answeredBelowPercent,
      of_last: draft.ofLast,
      spend_cents: draft.spendCents,
    },
  };
}

function redialOf(draft: Draft): Redial {
  const rules = Object.entries(draft.redial).flatMap(([outcome, text]) => {
    const minutes = text.trim() === "" ? null : minutesOf(text);
    return minutes ? [[outcome, { after_minutes: minutes, max: minutes.length }] as const] : [];
  });
  return Object.fromEntries(rules);
}

/** Values with commas between them; what is JSON besides text, such as true or 3, is meant as such. */
export function valuesOf(text: string): (string | number | boolean | null)[] {
  const parts = (text.match(/\s*"[^"]*"\s*|[^,]+/g) ?? []).map((part) => part.trim());
  return parts.filter(Boolean).map((part) => {
    if (/^".*"$/.test(part)) return part.slice(1, -1);
    if (/^(true|false|null|-?\d+(\.\d+)?)$/.test(part))
      return JSON.parse(part) as number | boolean | null;
    return part;
  });
}

function typedValue(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  // Text that looks like something else, or has a comma, says so.
  const [again, ...more] = valuesOf(value);
  return again === value && more.length === 0 ? value : `"${value}"`;
}

/** An instant as a field for date and time shows it, by the reader's clock. */
function localOf(instant: string | null): string {
  if (instant === null) return "";
  const at = new Date(instant);
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

function instantOf(local: string): string | null {
  return local === "" ? null : new Date(local).toISOString();
}
