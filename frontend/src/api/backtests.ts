import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type {
  SchemaBacktestCreate,
  SchemaBacktestRead,
  SchemaBacktestReport,
  SchemaTrialRead,
} from "./schema";

export type Backtest = SchemaBacktestRead;
export type BacktestReport = SchemaBacktestReport;
export type Trial = SchemaTrialRead;

const ofBacktest = (id: string) => ({ path: { backtest_id: id } });
const LOOK_AGAIN_MS = 1500;

export const backtestKeys = {
  all: ["backtests"] as const,
  one: (id: string) => ["backtests", id] as const,
};

export const backtestsQuery = infiniteQueryOptions({
  queryKey: [...backtestKeys.all, "list"],
  queryFn: ({ pageParam, signal }) => {
    const query = { limit: 50, cursor: pageParam };
    return unwrap(api.GET("/api/v1/backtests", { params: { query }, signal }));
  },
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
  refetchOnMount: "always",
});

/** The feed tells nothing of back-tests: while one works, it is looked at again and again. */
export function backtestQuery(id: string) {
  return queryOptions({
    queryKey: backtestKeys.one(id),
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/backtests/{backtest_id}", { params: ofBacktest(id), signal })),
    refetchInterval: ({ state }) => (isAtWork(state.data) ? LOOK_AGAIN_MS : false),
    refetchOnMount: "always",
  });
}

/** Whether it moves by itself; a paused one still finishes what is on its way. */
export function isAtWork(backtest: Backtest | undefined): boolean {
  if (!backtest) return false;
  const { state, trials } = backtest;
  return state === "running" || state === "applying" || (trials.queued ?? 0) > 0;
}

/** What has been found so far; `tried` makes it anew with each call that is done. */
export function reportQuery(id: string, tried: number) {
  return queryOptions({
    queryKey: [...backtestKeys.one(id), "report", tried],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/backtests/{backtest_id}/report", { params: ofBacktest(id), signal })),
    placeholderData: keepPreviousData,
  });
}

export function trialsQuery(id: string, state: string) {
  return infiniteQueryOptions({
    queryKey: [...backtestKeys.one(id), "trials", state],
    queryFn: ({ pageParam, signal }) => {
      const params = { ...ofBacktest(id), query: { limit: 50, cursor: pageParam } };
      return unwrap(api.GET("/api/v1/backtests/{backtest_id}/trials", { params, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** Chooses calls and says what it will cost; nothing is asked before it is started. */
export function createBacktest(
  body: Pick<SchemaBacktestCreate, "agent_id"> & Partial<SchemaBacktestCreate>,
): Promise<Backtest> {
  // Of a policy it would be another; this one has none.
  return unwrap(api.POST("/api/v1/backtests", { body: body })) as Promise<Backtest>;
}

export function startBacktest(id: string): Promise<Backtest> {
  return unwrap(api.POST("/api/v1/backtests/{backtest_id}/start", { params: ofBacktest(id) }));
}

export function pauseBacktest(id: string): Promise<Backtest> {
  return unwrap(api.POST("/api/v1/backtests/{backtest_id}/pause", { params: ofBacktest(id) }));
}

export function applyBacktest(id: string, replaceCorrections: boolean): Promise<Backtest> {
  return unwrap(
    api.POST("/api/v1/backtests/{backtest_id}/apply", {
      params: ofBacktest(id),
      body: { replace_corrections: replaceCorrections },
    }),
  );
}
