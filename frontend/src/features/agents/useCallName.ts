import { useQuery } from "@tanstack/react-query";
import { agentsQuery } from "@/api/agents";
import type { CallDetail } from "@/api/calls";
import { nameOfCall } from "./callName";

type Named = Pick<CallDetail, "agent_id" | "variables" | "file_name">;

/** Says whom or what a call is about, by its first variables, or its file; null when it has none. */
export function useCallName(): (call: Named) => string | null {
  const { data } = useQuery(agentsQuery);
  return (call) => {
    const agent = data?.find(({ id }) => id === call.agent_id);
    const about = nameOfCall(
      call.variables,
      agent?.variables.map(({ name }) => name),
    );
    return about ?? call.file_name ?? null;
  };
}
