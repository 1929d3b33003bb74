import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { SchemaWebhookState, SchemaWebhookSummary } from "./schema";

export type Webhook = SchemaWebhookSummary;
export type WebhookState = SchemaWebhookState;

/** What came from Retell, newest first. */
export function inboxQuery(state: WebhookState | null) {
  return infiniteQueryOptions({
    queryKey: ["webhooks", "inbox", state],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: 50, cursor: pageParam, ...(state !== null && { state }) };
      return unwrap(api.GET("/api/v1/webhooks", { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

export function replayWebhook(id: string) {
  const params = { path: { webhook_id: id } };
  return unwrap(api.POST("/api/v1/webhooks/{webhook_id}/replay", { params }));
}

/** How dialling stands, and why it stands still. */
export const dialQueueQuery = queryOptions({
  queryKey: ["dialling"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/dialling", { signal })),
});

export function resumeDialling() {
  return unwrap(api.POST("/api/v1/dialling/resume"));
}
