import { describe, expect, it } from "vitest";
import type { Backtest } from "@/api/backtests";
import { isAtWork } from "@/api/backtests";
import { estimateOf, triedOf } from "./progress";

const backtest = (changes: Partial<Backtest>) =>
  ({ state: "running", total: 10, trials: {}, ...changes }) as Backtest;

describe("a back-test", () => {
  it("has come as far as calls have a result, good or bad", () => {
    expect(triedOf(backtest({ trials: { pending: 4, queued: 2, done: 3, failed: 1 } }))).toBe(4);
    expect(triedOf(backtest({ trials: { applied: 7, skipped: 3 } }))).toBe(10);
  });

  it("is looked at while it moves, also to the end of what was on its way when it was paused", () => {
    expect(isAtWork(backtest({}))).toBe(true);
    expect(isAtWork(backtest({ state: "paused", trials: { queued: 1 } }))).toBe(true);
    expect(isAtWork(backtest({ state: "paused", trials: { pending: 5 } }))).toBe(false);
    expect(isAtWork(backtest({ state: "done" }))).toBe(false);
    expect(isAtWork(undefined)).toBe(false);
  });

  it("says what it will cost, where the price is known", () => {
    const tokens = { estimated_tokens: 1200 };
    expect(estimateOf(backtest({ ...tokens, estimated_cost_cents: 3 }))).toBe(
      "about 1,200 tokens, about $0.03",
    );
    expect(estimateOf(backtest({ ...tokens, estimated_cost_cents: null }))).toBe(
      "about 1,200 tokens",
    );
  });
});
