import type { InboundRule, NewInboundRule } from "@/api/phoneNumbers";
import { formatPhone } from "@/parts/phone";

/** Whom a rule is about: one number, numbers that begin alike, those without one, or everyone. */
export type Scope = "number" | "prefix" | "anonymous" | "everyone";

export interface RuleForm {
  scope: Scope;
  /** A number, or its beginning, as typed. */
  digits: string;
  phone_number: string | null;
  is_blocked: boolean;
  variables: { name: string; value: string }[];
  note: string;
}

export function formOf(rule: InboundRule | null): RuleForm {
  const caller = rule?.caller ?? "";
  return {
    scope: scopeOf(caller),
    digits: caller.startsWith("+") ? caller.replace("*", "") : "",
    phone_number: rule?.phone_number ?? null,
    is_blocked: rule?.is_blocked ?? false,
    variables: Object.entries(rule?.variables ?? {}).map(([name, value]) => ({ name, value })),
    note: rule?.note ?? "",
  };
}

function scopeOf(caller: string): Scope {
  if (caller === "*") return "everyone";
  if (caller === "anonymous") return "anonymous";
  return caller.endsWith("*") ? "prefix" : "number";
}

/** The rule as the API takes it. */
export function ruleOf(form: RuleForm): NewInboundRule {
  const named = form.variables.filter(({ name }) => name.trim() !== "");
  return {
    caller: callerOf(form),
    phone_number: form.phone_number,
    is_blocked: form.is_blocked,
    variables: form.is_blocked
      ? {}
      : Object.fromEntries(named.map(({ name, value }) => [name.trim(), value])),
    note: form.note.trim() || null,
  };
}

function callerOf({ scope, digits }: RuleForm): string {
  if (scope === "everyone") return "*";
  if (scope === "anonymous") return "anonymous";
  const number = digits.replaceAll(/[\s().-]/g, "");
  return scope === "prefix" ? `${number}*` : number;
}

/** Why a rule would be refused, by field. */
export function problemsOf(form: RuleForm): Partial<Record<keyof RuleForm, string>> {
  const needsDigits = form.scope === "number" || form.scope === "prefix";
  const digits = form.digits.replaceAll(/[\s().-]/g, "");
  const fits = form.scope === "number" ? /^\+[1-9]\d{6,14}$/ : /^\+[1-9]\d{0,14}$/;
  return needsDigits && !fits.test(digits)
    ? { digits: "Write it with + and the country, e.g. +14155550100." }
    : {};
}

/** Whom a rule is about, in words. */
export function sayCaller(caller: string): string {
  if (caller === "*") return "Everyone";
  if (caller === "anonymous") return "Callers without a number";
  return caller.endsWith("*")
    ? `Numbers beginning with ${caller.slice(0, -1)}`
    : formatPhone(caller);
}
