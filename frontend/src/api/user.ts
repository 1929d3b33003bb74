import { api, unwrap } from "./client";
import { ApiProblem } from "./problem";
import type { SchemaCallerRead } from "./schema";

export type User = SchemaCallerRead;

/** Asks the service who is logged in; null when nobody is. */
export async function findUser(): Promise<User | null> {
  try {
    return await unwrap(api.GET("/api/v1/auth/me"));
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) return null;
    throw error;
  }
}

/** Whether this person is the one logged in. Another may have logged in by another page. */
export async function isStill(userId: string): Promise<boolean> {
  return (await findUser())?.id === userId;
}
