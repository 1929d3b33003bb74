import type { Role } from "@/api/session";

export type Section =
  | "setup"
  | "connection"
  | "numbers"
  | "do-not-call"
  | "rules"
  | "organisation"
  | "models"
  | "inbox"
  | "alerts"
  | "analysis"
  | "users"
  | "keys"
  | "retention"
  | "audit";

/** The parts of the settings, and who sees them; everybody when left out. */
export const SECTIONS: Record<Section, { label: string; roles?: Role[] }> = {
  setup: { label: "Connect Retell", roles: ["admin", "manager"] },
  connection: { label: "Connection status" },
  numbers: { label: "Phone numbers" },
  "do-not-call": { label: "Do not call" },
  rules: { label: "Calling rules" },
  organisation: { label: "Organization", roles: ["admin"] },
  models: { label: "Models", roles: ["admin"] },
  inbox: { label: "Inbox" },
  alerts: { label: "Alerts" },
  analysis: { label: "Call analysis" },
  users: { label: "People", roles: ["admin"] },
  keys: { label: "API keys", roles: ["admin"] },
  retention: { label: "Data retention", roles: ["admin"] },
  audit: { label: "Audit log", roles: ["admin"] },
};

export function isSection(name: unknown): name is Section {
  return typeof name === "string" && name in SECTIONS;
}

export function sectionsFor(role: Role): Section[] {
  return (Object.keys(SECTIONS) as Section[]).filter(
    (name) => SECTIONS[name].roles?.includes(role) ?? true,
  );
}
