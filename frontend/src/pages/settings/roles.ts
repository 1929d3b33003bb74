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
