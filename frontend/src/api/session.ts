import { queryOptions, type QueryClient } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { SchemaRole } from "./schema";
import { findUser, type User } from "./user";

export type { User };
export type Role = SchemaRole;

/** Who is logged in; null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: findUser,
  staleTime: Infinity,
});

export async function logIn(email: string, password: string): Promise<User> {
  const login = await unwrap(api.POST("/api/v1/auth/login", { body: { email, password } }));
  return login.user;
}

/** Changes the password of the person logged in. */
export async function changePassword(current: string, next: string): Promise<void> {
  const body = { current_password: current, new_password: next };
  await unwrap(api.POST("/api/v1/auth/password", { body }));
}

export async function logOut(): Promise<void> {
  await unwrap(api.POST("/api/v1/auth/logout"));
}

/** Uses up the link of an invitation or a reset. It logs nobody in. */
export async function setPasswordByLink(token: string, password: string): Promise<void> {
  await unwrap(api.POST("/api/v1/auth/password/link", { body: { token, password } }));
}

/** Forgets the person and everything they saw. */
export function endSession(client: QueryClient): void {
  // Those who show the person are told, which they are not when it is cleared with the rest.
  client.setQueryData(sessionQuery.queryKey, null);
  const [session] = sessionQuery.queryKey;
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== session });
  client.getMutationCache().clear();
}

let onEnd: () => void = () => undefined;

/** Calls back whenever the service says that the session has ended. */
export function watchForEnd(callback: () => void): void {
  onEnd = callback;
  api.use({
    onResponse({ response, schemaPath }) {
      if (response.status === 401 && !schemaPath.startsWith("/api/v1/auth/")) onEnd();
    },
  });
}

/** For those who learn of the end by other means than a refused request. */
export function sessionEnded(): void {
  onEnd();
}

/** Where to go after the login: a path of this site, nothing else. */
export function safeNext(next: string | undefined): string {
  return next?.startsWith("/") && !next.startsWith("//") && !next.includes("\\") ? next : "/";
}
