import { useQuery } from "@tanstack/react-query";
import { agentsQuery } from "@/api/agents";

/** Looks up an agent's name; a dash until the names are there. */
export function useAgentNames(): (id: string) => string {
  const { data } = useQuery(agentsQuery);
  return (id) => data?.find((agent) => agent.id === id)?.name ?? "–";
}
