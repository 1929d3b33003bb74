/** What the gate's refusals are called; the names are those of the API. */
export const REFUSALS: Record<string, string> = {
  suppressed: "This number is not to be called",
  consent_revoked: "The consent to be called was revoked",
  no_consent: "Consent is needed before this call",
  too_many_attempts: "This number was called too often",
  outside_window: "It is no hour for this call",
  refused_by_hook: "A look-up refuses this number",
  hook_unanswered: "A look-up before this call got no answer",
  awaiting_hook: "A look-up has to be asked before this call",
};
