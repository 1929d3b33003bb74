import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type {
  SchemaInboundRuleRead,
  SchemaInboundRuleWrite,
  SchemaPhoneNumberBind,
  SchemaPhoneNumberRead,
} from "./schema";

export type PhoneNumber = SchemaPhoneNumberRead;
export type InboundRule = SchemaInboundRuleRead;
export type NewInboundRule = SchemaInboundRuleWrite;

/** The numbers of the Retell account, each with the agents that use it. */
export const phoneNumbersQuery = queryOptions({
  queryKey: ["phone-numbers"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/phone-numbers", { signal })),
});

/** Says which agents take a number's calls and place them; null is none. */
export function bindNumber(number: string, agents: SchemaPhoneNumberBind) {
  const params = { path: { phone_number: number } };
  return unwrap(api.PUT("/api/v1/phone-numbers/{phone_number}", { params, body: agents }));
}

/** What is known about callers, newest first. */
export const inboundRulesQuery = infiniteQueryOptions({
  queryKey: ["inbound-rules"],
  queryFn: ({ pageParam, signal }) => {
    const query = { limit: 50, cursor: pageParam };
    return unwrap(api.GET("/api/v1/inbound-rules", { params: { query }, signal }));
  },
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

/** Creates a rule, or replaces the one of this id. */
export function saveInboundRule(id: string | null, body: NewInboundRule) {
  if (id === null) return unwrap(api.POST("/api/v1/inbound-rules", { body }));
  const params = { path: { rule_id: id } };
  return unwrap(api.PUT("/api/v1/inbound-rules/{rule_id}", { params, body }));
}

export function deleteInboundRule(id: string) {
  const params = { path: { rule_id: id } };
  return unwrap(api.DELETE("/api/v1/inbound-rules/{rule_id}", { params }));
}
