import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import { dayEnd, dayStart } from "./days";
import type {
  SchemaApiKeyMade,
  SchemaApiKeyRead,
  SchemaAuditEntryRead,
  SchemaPasswordLinkRead,
  SchemaRole,
  SchemaUserRead,
  SchemaUserUpdate,
} from "./schema";

export type Member = SchemaUserRead;
export type ApiKey = SchemaApiKeyRead;
export type PasswordLink = SchemaPasswordLinkRead;
export type NewApiKey = SchemaApiKeyMade;
export type AuditEntry = SchemaAuditEntryRead;

export const accountKeys = { users: ["users"], keys: ["api-keys"], audit: ["audit"] } as const;

export const usersQuery = queryOptions({
  queryKey: accountKeys.users,
  queryFn: ({ signal }) =>
    unwrap(api.GET("/api/v1/users", { params: { query: { limit: 200 } }, signal })),
});

export function inviteUser(email: string, name: string, role: SchemaRole) {
  return unwrap(api.POST("/api/v1/users", { body: { email, name, role } }));
}

export function updateUser(id: string, changes: Partial<SchemaUserUpdate>) {
  const params = { path: { user_id: id } };
  return unwrap(
    api.PATCH("/api/v1/users/{user_id}", { params, body: changes as SchemaUserUpdate }),
  );
}

/** A link to set a password with, once: another invitation, or a reset. */
export function createPasswordLink(id: string) {
  const params = { path: { user_id: id } };
  return unwrap(api.POST("/api/v1/users/{user_id}/password-link", { params }));
}

export const apiKeysQuery = queryOptions({
  queryKey: accountKeys.keys,
  queryFn: ({ signal }) =>
    unwrap(api.GET("/api/v1/api-keys", { params: { query: { limit: 200 } }, signal })),
});

export function makeApiKey(name: string, role: SchemaRole, expiresAt: string | null) {
  return unwrap(api.POST("/api/v1/api-keys", { body: { name, role, expires_at: expiresAt } }));
}

export function revokeApiKey(id: string) {
  return unwrap(api.DELETE("/api/v1/api-keys/{key_id}", { params: { path: { key_id: id } } }));
}

/** Who did what, newest first. */
export interface AuditFilters {
  /** How the action begins, as the API names it. */
  action?: string | undefined;
  /** The id of a user or an API key. */
  actor?: string | undefined;
  /** Days of the viewer's calendar, `2026-11-21`; both inclusive. */
  from?: string | undefined;
  until?: string | undefined;
}

export function auditQuery({ action, actor, from, until }: AuditFilters) {
  const wanted = {
    action: action === "" ? undefined : action,
    actor_id: actor,
    created_after: from && dayStart(from).toISOString(),
    created_before: until && dayEnd(until).toISOString(),
  };
  return infiniteQueryOptions({
    queryKey: [...accountKeys.audit, wanted],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...wanted, limit: 50, cursor: pageParam };
      return unwrap(api.GET("/api/v1/audit", { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}
