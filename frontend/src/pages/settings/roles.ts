import type { Role } from "@/api/session";

export const ROLES: { value: Role; label: string }[] = [
  { value: "admin", label: "Administrator: everything" },
  { value: "manager", label: "Manager: agents, calls and records" },
  { value: "reviewer", label: "Reviewer: reads all, corrects records" },
];

export const ROLE_LABELS: Record<Role, string> = {
  admin: "Administrator",
  manager: "Manager",
  reviewer: "Reviewer",
};

/** What each may do, for whoever chooses one. */
export const ROLE_USES: Record<Role, string> = {
  admin: "Everything, including people, keys and the organization.",
  manager: "Changes agents, places calls, corrects records. No people, no keys.",
  reviewer: "Reads everything and corrects records. Places no calls.",
};
