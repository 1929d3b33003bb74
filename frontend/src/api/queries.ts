import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./problem";

/** Creates the cache. What the feed announces is refreshed by the feed, so nothing is polled. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The browser's word on the network does not hold for a service on the same machine.
        networkMode: "always",
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        // A refusal stays one; a server that does not answer may come back.
        retry: (failures, error) => !isRefusal(error) && failures < 3,
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}

function isRefusal(error: unknown): boolean {
  return error instanceof ApiProblem && error.status < 500;
}
