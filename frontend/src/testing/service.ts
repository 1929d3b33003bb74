import { afterEach, beforeEach } from "vitest";

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
}

type Answer = (asked: Asked) => unknown;

/**
 * A service that answers as told: `GET /api/v1/calls` to what it gives. It keeps what was asked, and
 * answers 404 to all else.
 */
export function service(answers: Record<string, Answer>): Asked[] {
  const asked: Asked[] = [];
  const real = globalThis.fetch;
  beforeEach(() => {
    asked.length = 0;
    globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      const url = new URL(request.url);
      const text = await request.text();
      const one: Asked = {
        method: request.method,
        path: url.pathname,
        query: url.searchParams,
        body: text === "" ? undefined : JSON.parse(text),
      };
      asked.push(one);
      const answer = answers[`${one.method} ${one.path}`];
      if (!answer) return new Response(null, { status: 404 });
      const given = answer(one);
      return given instanceof Response ? given : Response.json(given);
    };
  });
  afterEach(() => {
    globalThis.fetch = real;
  });
  return asked;
}

/** A refusal as the service gives it. */
export function refused(status: number, code: string): Response {
  return Response.json(problem(status, code), { status });
}

export function problem(status: number, code: string) {
  return { type: `urn:ringback:problem:${code}`, title: code, detail: code, status };
}
