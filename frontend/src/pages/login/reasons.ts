/** Why somebody is asked to log in, where it is not that they came by themselves. */
const REASONS = {
  ended: "Your session has ended. Log in again, and you are back where you were.",
  "password-set": "Your password is set. Log in with it.",
} as const;

export type LoginReason = keyof typeof REASONS;

export function isLoginReason(name: unknown): name is LoginReason {
  return typeof name === "string" && Object.hasOwn(REASONS, name);
}

export function sayReason(reason: LoginReason): string {
  return REASONS[reason];
}
