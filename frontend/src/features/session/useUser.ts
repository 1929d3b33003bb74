import { useSuspenseQuery } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { sessionQuery, type User } from "@/api/session";

/** The person logged in, if there is one. */
export function useSession(): User | null {
  return useSuspenseQuery(sessionQuery).data;
}

/** Whom the frame is shown to: stays while it is shown, however the session ends. */
export const UserContext = createContext<User | null>(null);

/** The person logged in. Only inside the frame, which is shown to nobody else. */
export function useUser(): User {
  const user = useContext(UserContext);
  if (!user) throw new Error("Nobody is logged in.");
  return user;
}

/** Whether they may change agents and place calls. */
export function useIsManager(): boolean {
  return ["admin", "manager"].includes(useUser().role);
}

export function useIsAdmin(): boolean {
  return useUser().role === "admin";
}
