import { useQuery } from "@tanstack/react-query";
import { agentsQuery } from "@/api/agents";
import type { CallDetail } from "@/api/calls";
import { nameOfCall } from "./callName";

/** Says whom or what a call is about, by its first variables; null when it has none. */
export function useCallName(): (call: Pick<CallDetail, "agent_id" | "variables">) => string | null {
  const { data } = useQuery(agentsQuery);
  return (call) => {
    const agent = data?.find(({ id }) => id === call.agent_id);
    return nameOfCall(
      call.variables,
      agent?.variables.map(({ name }) => name),
    );
  };
}
