import { useQuery } from "@tanstack/react-query";
import { colleaguesQuery } from "@/api/people";

/** Gives the names of colleagues by their ids; null of those who are not among them. */
export function usePersonNames(): (id: string) => string | null {
  const { data } = useQuery(colleaguesQuery);
  return (id) => data?.find((each) => each.id === id)?.name ?? null;
}
