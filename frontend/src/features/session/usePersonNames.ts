import { useQuery } from "@tanstack/react-query";
import { usersQuery } from "@/api/accounts";
import { useUser } from "./useUser";

/** Gives the names of colleagues by their ids: to administrators all of them, to others their own. */
export function usePersonNames(): (id: string) => string | null {
  const user = useUser();
  const users = useQuery({ ...usersQuery, enabled: user.role === "admin" });
  return (id) =>
    id === user.id ? user.name : (users.data?.items.find((each) => each.id === id)?.name ?? null);
}
