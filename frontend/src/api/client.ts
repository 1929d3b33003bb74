import createClient from "openapi-fetch";
import { ApiProblem, Unreachable } from "./problem";
import type { paths } from "./schema";

/** The service's API, typed by its OpenAPI description. The session travels as a cookie. */
export const api = createClient<paths>({
  credentials: "same-origin",
  // Looked up for each request, so that a test can stand in for the service.
  fetch: (request) => globalThis.fetch(request),
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Gives the answer's body, or throws what went wrong as `ApiProblem` or `Unreachable`. */
export async function unwrap<T>(asked: Promise<Answer<T>>): Promise<T> {
  const answer = await reach(asked);
  if (!answer.response.ok) throw ApiProblem.read(answer.response, answer.error);
  return answer.data as T;
}

async function reach<T>(asked: Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await asked;
  } catch (error) {
    // What `fetch` throws when there is no answer at all.
    if (error instanceof TypeError) throw new Unreachable(error);
    throw error;
  }
}
