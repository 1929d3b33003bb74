import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type {
  SchemaComparisonRead,
  SchemaDistributionPart,
  SchemaDistributionRead,
  SchemaDriftRead,
  SchemaFieldRead,
  SchemaFindingRead,
  SchemaPoint,
  SchemaSeriesBy,
  SchemaSeriesRead,
} from "./schema";

export type Series = SchemaSeriesRead;
export type SeriesPoint = SchemaPoint;
export type SeriesBy = SchemaSeriesBy;
export type Distribution = SchemaDistributionRead;
export type DistributionPart = SchemaDistributionPart;
export type Drift = SchemaDriftRead;
export type Finding = SchemaFindingRead;
export type VersionComparison = SchemaComparisonRead;
export type RecordField = SchemaFieldRead;

export interface Asked {
  agent_id: string | undefined;
  /** The start of the first day. */
  since: string;
}

const KEY = ["insights"] as const;
// They are about more than a moment: not asked for anew with each call that moves.
const STALE_MS = 60_000;
const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function seriesQuery(metric: string, by: SeriesBy, asked: Asked) {
  return queryOptions({
    queryKey: [...KEY, "series", metric, by, asked],
    queryFn: ({ signal }) => {
      const query = { metric, by, time_zone: zone(), ...asked };
      return unwrap(api.GET("/api/v1/insights/series", { params: { query }, signal }));
    },
    staleTime: STALE_MS,
    placeholderData: keepPreviousData,
  });
}

export function distributionQuery(of: { metric: string } | { field: string }, asked: Asked) {
  return queryOptions({
    queryKey: [...KEY, "distribution", of, asked],
    queryFn: ({ signal }) => {
      const query = { ...of, time_zone: zone(), ...asked };
      return unwrap(api.GET("/api/v1/insights/distribution", { params: { query }, signal }));
    },
    staleTime: STALE_MS,
    placeholderData: keepPreviousData,
  });
}

export function driftQuery(agentId: string | undefined) {
  return queryOptions({
    queryKey: [...KEY, "drift", agentId],
    queryFn: ({ signal }) => {
      const query = { agent_id: agentId };
      return unwrap(api.GET("/api/v1/insights/drift", { params: { query }, signal }));
    },
    staleTime: STALE_MS,
    placeholderData: keepPreviousData,
  });
}

/** How new versions compare with those before, the newest first. */
export function comparisonsQuery(agentId: string | undefined) {
  return queryOptions({
    queryKey: [...KEY, "versions", agentId],
    queryFn: ({ signal }) => {
      const query = { agent_id: agentId };
      return unwrap(api.GET("/api/v1/insights/versions", { params: { query }, signal }));
    },
    staleTime: STALE_MS,
    placeholderData: keepPreviousData,
  });
}

export function fieldsQuery(agentId: string | undefined) {
  return queryOptions({
    queryKey: [...KEY, "fields", agentId],
    queryFn: ({ signal }) => {
      const query = { agent_id: agentId };
      return unwrap(api.GET("/api/v1/insights/fields", { params: { query }, signal }));
    },
    staleTime: STALE_MS,
    placeholderData: keepPreviousData,
  });
}

/** Where the same is downloaded as CSV. */
export function seriesAddress(metric: string, by: SeriesBy, asked: Asked): string {
  const given = Object.entries({ metric, by, time_zone: zone(), ...asked });
  const query = given.filter(([, value]) => value !== undefined) as [string, string][];
  return `/api/v1/insights/series/export?${new URLSearchParams(query).toString()}`;
}
