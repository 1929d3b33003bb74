import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { SchemaAlertCreate, SchemaAlertRead, SchemaAlertUpdate } from "./schema";

export type Alert = SchemaAlertRead;
export type NewAlert = SchemaAlertCreate;
export type AlertChanges = Partial<SchemaAlertUpdate>;

const MOST = 200;
// What was last found changes by the minute, and no event tells of it.
const AGAIN_MS = 30_000;

/** What is watched and how it stands, newest first. */
export const alertsQuery = queryOptions({
  queryKey: ["alerts"],
  queryFn: async ({ signal }) => {
    const params = { query: { limit: MOST } };
    return (await unwrap(api.GET("/api/v1/alerts", { params, signal }))).items;
  },
  refetchInterval: AGAIN_MS,
});

const path = (alertId: string) => ({ path: { alert_id: alertId } });

export function createAlert(body: NewAlert): Promise<Alert> {
  return unwrap(api.POST("/api/v1/alerts", { body }));
}

export function updateAlert(alertId: string, changes: AlertChanges): Promise<Alert> {
  const body = changes as SchemaAlertUpdate;
  return unwrap(api.PATCH("/api/v1/alerts/{alert_id}", { params: path(alertId), body }));
}

export function deleteAlert(alertId: string): Promise<unknown> {
  return unwrap(api.DELETE("/api/v1/alerts/{alert_id}", { params: path(alertId) }));
}
