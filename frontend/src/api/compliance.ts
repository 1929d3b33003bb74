import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type {
  SchemaCheckRead,
  SchemaConsentRead,
  SchemaListRead,
  SchemaRule,
  SchemaRuleRead,
  SchemaRuleWrite,
  SchemaSuppressionRead,
} from "./schema";

export type Suppression = SchemaSuppressionRead;
export type Consent = SchemaConsentRead;
export type Scope = Suppression["scope"];
export type Purpose = Exclude<Scope, "all">;
export type Rule = SchemaRule;
/** One to be set; without a source, the organization decided it. */
export type OwnRule = Omit<Rule, "source" | "as_of"> &
  Partial<Pick<Rule, "source" | "as_of">> & { reason: string | null };
export type RuleInForce = SchemaRuleRead;
export type Checked = SchemaCheckRead;
export type ListRead = SchemaListRead;

export const complianceKeys = {
  // The feed refreshes what is below this.
  suppressions: ["suppressions"] as const,
  consents: ["suppressions", "consents"] as const,
  rules: ["compliance", "rules"] as const,
};

/** Who is not to be called, newest first; `q` are digits of the number. */
export function suppressionsQuery(q: string) {
  return infiniteQueryOptions({
    queryKey: [...complianceKeys.suppressions, "list", q],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...(q && { q }), limit: 50, cursor: pageParam };
      return unwrap(api.GET("/api/v1/suppressions", { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

export const consentsQuery = infiniteQueryOptions({
  queryKey: complianceKeys.consents,
  queryFn: ({ pageParam, signal }) => {
    const query = { limit: 50, cursor: pageParam };
    return unwrap(api.GET("/api/v1/consents", { params: { query }, signal }));
  },
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

export const rulesQuery = queryOptions({
  queryKey: complianceKeys.rules,
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/compliance/rules", { signal })),
});

export function suppress(wanted: {
  to_number: string;
  scope: Scope;
  reason: string | null;
  call_id: string | null;
}) {
  return unwrap(api.POST("/api/v1/suppressions", { body: { ...wanted, source: "person" } }));
}

/** Takes a list of numbers, or says what would become of it. */
export function importSuppressions(content: string, isTry: boolean) {
  return unwrap(
    api.POST("/api/v1/suppressions/import", {
      params: { query: { dry_run: isTry } },
      body: content,
      bodySerializer: (body) => body,
      headers: { "Content-Type": "text/plain" },
    }),
  );
}

export function giveConsent(wanted: {
  to_number: string;
  purpose: Scope;
  kind: Consent["kind"];
  source: string;
}) {
  return unwrap(api.POST("/api/v1/consents", { body: wanted }));
}

export function revokeConsent(id: string) {
  return unwrap(
    api.POST("/api/v1/consents/{consent_id}/revoke", { params: { path: { consent_id: id } } }),
  );
}

/** Makes these the organization's own rules, and no others. */
export function setRules(own: OwnRule[]) {
  // Its type has every member that has a default, which may be left out.
  const rules = own as SchemaRuleWrite[];
  return unwrap(api.PUT("/api/v1/compliance/rules", { body: { rules } }));
}

/** Asks the gate about a number, as every dial does. */
export function checkNumber(asked: {
  to_number: string;
  purpose: Purpose;
  postal_code: string | null;
}) {
  return unwrap(api.POST("/api/v1/compliance/check", { body: asked }));
}
