import { useSuspenseQuery } from "@tanstack/react-query";
import { sessionQuery, type User } from "./session";

/** The person logged in. Only below the application's own route, which lets nobody else in. */
export function useUser(): User {
  const { data } = useSuspenseQuery(sessionQuery);
  if (!data) throw new Error("Nobody is logged in.");
  return data;
}

/** Whether they may change agents and place calls. */
export function useIsManager(): boolean {
  return ["admin", "manager"].includes(useUser().role);
}

export function useIsAdmin(): boolean {
  return useUser().role === "admin";
}
