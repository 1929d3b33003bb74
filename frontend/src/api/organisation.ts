import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type {
  SchemaKeyName,
  SchemaKeyRead,
  SchemaOrganisationDetail,
  SchemaOrganisationUpdate,
} from "./schema";

export type Organisation = SchemaOrganisationDetail;
export type OrganisationChanges = Partial<SchemaOrganisationUpdate>;
export type KeyName = SchemaKeyName;
export type StoredKey = SchemaKeyRead;

export const organisationQuery = queryOptions({
  queryKey: ["organisation"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/organisation", { signal })),
});

export function updateOrganisation(changes: OrganisationChanges): Promise<Organisation> {
  const body = changes as SchemaOrganisationUpdate;
  return unwrap(api.PATCH("/api/v1/organisation", { body }));
}

/** Sets a key, or with null removes it. It cannot be read back. */
export function updateKey(name: KeyName, value: string | null): Promise<Organisation> {
  return updateOrganisation({ keys: { [name]: value } });
}

/** Asks Retell whether it takes the organisation's key. */
export function checkRetell() {
  return unwrap(api.POST("/api/v1/organisation/retell-check"));
}

/** The same, for a page that shows how it stands. */
export const retellCheckQuery = queryOptions({
  queryKey: ["organisation", "retell-check"],
  queryFn: checkRetell,
  staleTime: 60_000,
  retry: false,
});
