import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Purpose } from "./compliance";
import { api, unwrap } from "./client";
import type {
  SchemaHookRead,
  SchemaHookTried,
  SchemaHookUpdate,
  SchemaInquiryRead,
} from "./schema";

export type Hook = SchemaHookRead;
export type Inquiry = SchemaInquiryRead;
export type HookTried = SchemaHookTried;
export type InquiryOutcome = Exclude<Inquiry["status"], "asking">;
export interface HookSettings {
  name: string;
  url: string;
  purposes: Purpose[];
  agent_ids: string[] | null;
  timeout_ms: number;
  keep_seconds: number;
  on_failure: Hook["on_failure"];
  open_reason: string | null;
  enabled: boolean;
}

// The feed refreshes what is below this.
const HOOKS = ["hooks"] as const;

export const hooksQuery = queryOptions({
  queryKey: [...HOOKS, "list"],
  queryFn: async ({ signal }) =>
    (await unwrap(api.GET("/api/v1/compliance/hooks", { signal }))).items,
});

export function inquiriesQuery(status: InquiryOutcome | null) {
  return infiniteQueryOptions({
    queryKey: [...HOOKS, "inquiries", status],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...(status && { status }), limit: 20, cursor: pageParam };
      return unwrap(api.GET("/api/v1/compliance/hooks/inquiries", { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

export function createHook(wanted: HookSettings) {
  // Its type has every member that has a default, which may be left out.
  return unwrap(api.POST("/api/v1/compliance/hooks", { body: wanted }));
}

export function updateHook(id: string, changes: Partial<HookSettings>) {
  return unwrap(
    api.PATCH("/api/v1/compliance/hooks/{hook_id}", {
      params: { path: { hook_id: id } },
      body: changes as SchemaHookUpdate,
    }),
  );
}

export function removeHook(id: string) {
  return unwrap(
    api.DELETE("/api/v1/compliance/hooks/{hook_id}", { params: { path: { hook_id: id } } }),
  );
}

export function rotateHookSecret(id: string) {
  return unwrap(
    api.POST("/api/v1/compliance/hooks/{hook_id}/rotate-secret", {
      params: { path: { hook_id: id } },
    }),
  );
}

/** Asks it now; no call goes by the answer. */
export function tryHook(id: string, number: string) {
  return unwrap(
    api.POST("/api/v1/compliance/hooks/{hook_id}/try", {
      params: { path: { hook_id: id } },
      body: { to_number: number },
    }),
  );
}
