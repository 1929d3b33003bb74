import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { SchemaModelCheckRead, SchemaModelsRead, SchemaProviderRead } from "./schema";

export type Models = SchemaModelsRead;
export type ModelCheck = SchemaModelCheckRead;
export type Provider = SchemaProviderRead;

/** Which language models make records, what they cost, and whose keys they are asked with. */
export const modelsQuery = queryOptions({
  queryKey: ["organisation", "models"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/models", { signal })),
});

/** Asks one model a tiny question. */
export function checkModel(model: string): Promise<ModelCheck> {
  return unwrap(api.POST("/api/v1/models/check", { body: { model } }));
}
