import type { Purpose, Scope } from "@/api/compliance";

/** What an agent may call for, and what follows from it. */
export const PURPOSES: Record<Purpose, { label: string; effect: string }> = {
  service: {
    label: "Service: calls people expect",
    effect:
      "Called at any hour, unless your own rules say otherwise. Whoever asked not to be called is not.",
  },
  marketing: {
    label: "Marketing: calls that sell",
    effect:
      "Called only with consent where the law asks for it, within the hours where the phone is, and no more often than the caps allow. Other calls wait or are refused.",
  },
  emergency: {
    label: "Emergency: calls that warn",
    effect: "Also reaches those who want no other calls, at any hour.",
  },
};

export const PURPOSE_CHOICES = (Object.keys(PURPOSES) as Purpose[]).map((value) => ({
  value,
  label: PURPOSES[value].label,
}));

export const SCOPES: Record<Scope, string> = {
  all: "All calls but emergencies",
  service: "Service calls",
  marketing: "Marketing calls",
  emergency: "Emergency calls",
};

export const SCOPE_CHOICES = (Object.keys(SCOPES) as Scope[]).map((value) => ({
  value,
  label: SCOPES[value],
}));
