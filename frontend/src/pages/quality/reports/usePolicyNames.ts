import { useQuery } from "@tanstack/react-query";
import { policiesQuery } from "@/api/policies";

/** Gives the names of policies by their ids. */
export function usePolicyNames(): (id: string) => string {
  const { data } = useQuery(policiesQuery);
  return (id) => data?.find((each) => each.id === id)?.name ?? "–";
}
