import { useMutation, useQueryClient } from "@tanstack/react-query";
import { conductKeys, conductQuery, decideOptOut } from "@/api/conduct";

/** Says whether words in a call, which may have been an opt-out, were one. */
export function useDecideOptOut(callId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (isOptOut: boolean) => decideOptOut(callId, isOptOut),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: conductQuery(callId).queryKey }),
        client.invalidateQueries({ queryKey: conductKeys.all }),
      ]),
  });
}
