import { describe, expect, it } from "vitest";
import type { InboundRule } from "@/api/phoneNumbers";
import { formOf, problemsOf, ruleOf, sayCaller } from "./callers";

const rule = (caller: string, more: Partial<InboundRule> = {}) =>
  ({
    caller,
    phone_number: null,
    is_blocked: false,
    variables: {},
    note: null,
    ...more,
  }) as InboundRule;

describe("a rule for callers", () => {
  it.each(["+14155550100", "+1415*", "anonymous", "*"])("of %s stays what it was", (caller) => {
    expect(ruleOf(formOf(rule(caller))).caller).toBe(caller);
  });

  it("takes numbers as people write them", () => {
    const form = { ...formOf(null), digits: "+1 (415) 555-0100" };

    expect(problemsOf(form)).toEqual({});
    expect(ruleOf(form).caller).toBe("+14155550100");
  });

  it("needs a whole number, or the beginning of one", () => {
    expect(problemsOf({ ...formOf(null), digits: "+1415" })).toHaveProperty("digits");
    expect(problemsOf({ ...formOf(null), scope: "prefix", digits: "+1415" })).toEqual({});
    expect(problemsOf({ ...formOf(null), scope: "everyone" })).toEqual({});
  });

  it("tells a blocked caller's agent nothing", () => {
    const form = formOf(rule("*", { is_blocked: true, variables: { name: "Mike" } }));

    expect(ruleOf(form).variables).toEqual({});
  });
});

it.each([
  ["*", "Everyone"],
  ["anonymous", "Callers without a number"],
  ["+1415*", "Numbers beginning with +1415"],
])("says whom %s is about", (caller, words) => {
  expect(sayCaller(caller)).toBe(words);
});
