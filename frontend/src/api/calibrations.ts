import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type {
  SchemaAgreementRead,
  SchemaCalibrationCreate,
  SchemaCalibrationRead,
  SchemaCallChoice,
  SchemaRaterRead,
  SchemaRatingGiven,
} from "./schema";

export type Calibration = SchemaCalibrationRead;
export type Agreement = SchemaAgreementRead;
export type Rater = SchemaRaterRead;
export type CallChoice = SchemaCallChoice;

const LOOK_AGAIN_MS = 3000;
const of = (id: string) => ({ path: { calibration_id: id } });

export const calibrationKeys = {
  all: ["calibrations"] as const,
  one: (id: string) => ["calibrations", "one", id] as const,
};

export const calibrationsQuery = infiniteQueryOptions({
  queryKey: [...calibrationKeys.all, "list"],
  queryFn: ({ pageParam, signal }) => {
    const query = { limit: 50, cursor: pageParam };
    return unwrap(api.GET("/api/v1/calibrations", { params: { query }, signal }));
  },
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
  refetchOnMount: "always",
});

/** While it is open others rate too: it is looked at again and again. */
export function calibrationQuery(id: string) {
  return queryOptions({
    queryKey: calibrationKeys.one(id),
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/calibrations/{calibration_id}", { params: of(id), signal })),
    refetchInterval: ({ state }) => (state.data?.status === "open" ? LOOK_AGAIN_MS : false),
    refetchOnMount: "always",
  });
}

/** Who can be asked to rate. */
export const ratersQuery = queryOptions({
  queryKey: [...calibrationKeys.all, "raters"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/calibrations/raters", { signal })),
});

export function createCalibration(body: SchemaCalibrationCreate): Promise<Calibration> {
  return unwrap(api.POST("/api/v1/calibrations", { body }));
}

export function rateCall(
  id: string,
  callId: string,
  results: Record<string, SchemaRatingGiven>,
): Promise<Calibration> {
  const params = { path: { calibration_id: id, call_id: callId } };
  return unwrap(
    api.PUT("/api/v1/calibrations/{calibration_id}/ratings/{call_id}", {
      params,
      body: { results },
    }),
  );
}
