import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { SchemaWebhookHealth } from "./schema";

export type WebhookHealth = SchemaWebhookHealth;

/** How the inbox of Retell's webhooks does. */
export const webhookHealthQuery = queryOptions({
  queryKey: ["webhooks", "health"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/webhooks/health", { signal })),
});

/** One webhook as it came; its body is for administrators. */
export function webhookQuery(id: string) {
  return queryOptions({
    queryKey: ["webhooks", "one", id],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/webhooks/{webhook_id}", { params: { path: { webhook_id: id } }, signal }),
      ),
  });
}

/** Finds out why a webhook's signature is refused: key, header, clock or body. */
export function examineSignature(signature: string, body: string) {
  return unwrap(api.POST("/api/v1/webhooks/verify", { body: { signature, body } }));
}

/** Has the service try whether the address that Retell was given leads to it. */
export function testWebhookAddress() {
  return unwrap(api.POST("/api/v1/webhooks/test-address"));
}
