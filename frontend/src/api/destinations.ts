import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type {
  SchemaAirflowCreate,
  SchemaDeliveryRead,
  SchemaDeliveryStatus,
  SchemaDeliverySummary,
  SchemaDestinationCreated,
  SchemaDestinationRead,
  SchemaDestinationUpdate,
  SchemaEmailCreate,
  SchemaExampleSent,
  SchemaSecretRotated,
  SchemaStoreCreate,
  SchemaWebhookCreate,
} from "./schema";

export type Destination = SchemaDestinationRead;
export type NewDestination = SchemaDestinationCreated;
export type Delivery = SchemaDeliverySummary;
export type DeliveryDetail = SchemaDeliveryRead;
export type DeliveryStatus = SchemaDeliveryStatus;
export type ExampleSent = SchemaExampleSent;
export type WantedDestination =
  SchemaWebhookCreate | SchemaEmailCreate | SchemaAirflowCreate | SchemaStoreCreate;

export interface DeliveryFilters {
  destination_id?: string;
  call_id?: string;
  event?: string;
  status?: DeliveryStatus;
}

const of = (id: string) => ({ path: { destination_id: id } });
const LOOK_AGAIN_MS = 5000;

export const destinationKeys = {
  all: ["destinations"] as const,
  one: (id: string) => ["destinations", id] as const,
  deliveries: ["deliveries"] as const,
};

/** The feed tells of what goes wrong for good; how much waits is looked at again and again. */
export const destinationsQuery = queryOptions({
  queryKey: [...destinationKeys.all, "list"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/destinations", { signal })),
  refetchInterval: LOOK_AGAIN_MS,
  refetchOnMount: "always",
});

export function destinationQuery(id: string) {
  return queryOptions({
    queryKey: destinationKeys.one(id),
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/destinations/{destination_id}", { params: of(id), signal })),
    refetchInterval: LOOK_AGAIN_MS,
    refetchOnMount: "always",
  });
}

export function deliveriesQuery(filters: DeliveryFilters) {
  return infiniteQueryOptions({
    queryKey: [...destinationKeys.deliveries, "list", filters],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filters, limit: 50, cursor: pageParam };
      return unwrap(api.GET("/api/v1/deliveries", { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_AGAIN_MS,
    refetchOnMount: "always",
  });
}

export function deliveryQuery(id: string) {
  return queryOptions({
    queryKey: [...destinationKeys.deliveries, "one", id],
    queryFn: ({ signal }) => {
      const params = { path: { delivery_id: id } };
      return unwrap(api.GET("/api/v1/deliveries/{delivery_id}", { params, signal }));
    },
    refetchInterval: LOOK_AGAIN_MS,
    refetchOnMount: "always",
  });
}

export function createDestination(body: WantedDestination): Promise<NewDestination> {
  return unwrap(api.POST("/api/v1/destinations", { body }));
}

/** Changes what is given; what is left out stays as it is. */
export function updateDestination(id: string, changes: Partial<SchemaDestinationUpdate>) {
  const body = changes as SchemaDestinationUpdate;
  return unwrap(api.PATCH("/api/v1/destinations/{destination_id}", { params: of(id), body }));
}

export async function deleteDestination(id: string): Promise<void> {
  await unwrap(api.DELETE("/api/v1/destinations/{destination_id}", { params: of(id) }));
}

export function enableDestination(id: string): Promise<Destination> {
  return unwrap(api.POST("/api/v1/destinations/{destination_id}/enable", { params: of(id) }));
}

/** Sends an example now, and says what came of it. */
export function sendExample(id: string): Promise<ExampleSent> {
  return unwrap(api.POST("/api/v1/destinations/{destination_id}/test", { params: of(id) }));
}

export function rotateSecret(id: string): Promise<SchemaSecretRotated> {
  const path = "/api/v1/destinations/{destination_id}/rotate-secret";
  return unwrap(api.POST(path, { params: of(id) }));
}

export type Replayable = "pending" | "dead" | "missed" | "delivered";

interface Which {
  since: string;
  status: Replayable[];
}

/** Counts what a replay would make again, and changes nothing. */
export function replayPreviewQuery(id: string, which: Which) {
  return queryOptions({
    queryKey: [...destinationKeys.one(id), "replay", which],
    queryFn: ({ signal }) =>
      unwrap(
        api.POST("/api/v1/destinations/{destination_id}/replay/preview", {
          params: of(id),
          body: { ...which, until: null },
          signal,
        }),
      ),
    staleTime: 0,
  });
}

export function replayMany(id: string, which: Which) {
  return unwrap(
    api.POST("/api/v1/destinations/{destination_id}/replay", {
      params: of(id),
      body: { ...which, until: null },
    }),
  );
}

export function replayDelivery(id: string): Promise<DeliveryDetail> {
  const params = { path: { delivery_id: id } };
  return unwrap(api.POST("/api/v1/deliveries/{delivery_id}/replay", { params }));
}
