import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { SchemaNamedCall, SchemaBy, SchemaCoachingPoint, SchemaFigureRead } from "./schema";

export type NamedCall = SchemaNamedCall;

export type By = SchemaBy;
export type Figure = SchemaFigureRead;
export type CoachingPoint = SchemaCoachingPoint;

export interface ReportSpan {
  policy_id: string | undefined;
  agent_id: string | undefined;
  /** A day of the first week. */
  since: string | undefined;
}

/** Under the key of evaluations: with each that changes, the sums do. */
const KEY = ["evaluations", "reports"] as const;

export function reportQuery(by: By, span: ReportSpan) {
  return queryOptions({
    queryKey: [...KEY, by, span],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/quality/report", { params: { query: { by, ...span } }, signal })),
  });
}

export function worstCallsQuery(span: ReportSpan) {
  return queryOptions({
    queryKey: [...KEY, "worst", span],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/quality/report/worst", {
          params: { query: { ...span, limit: 10 } },
          signal,
        }),
      ),
  });
}

export function coachingQuery(agentId: string, span: ReportSpan) {
  return queryOptions({
    queryKey: [...KEY, "coaching", agentId, span],
    queryFn: ({ signal }) => {
      const query = { policy_id: span.policy_id, since: span.since };
      const params = { path: { agent_id: agentId }, query };
      return unwrap(api.GET("/api/v1/quality/report/coaching/{agent_id}", { params, signal }));
    },
  });
}

/** Where the report is downloaded as CSV. */
export function exportAddress(span: ReportSpan): string {
  const given = Object.entries(span).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(given as [string, string][]).toString();
  return `/api/v1/quality/report/export${query && `?${query}`}`;
}
