import type { SchemaProblemDocument } from "./schema";

/** A refusal, as the service explains it (RFC 9457). */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    /** The last part of the problem's type, such as `call-not-found`. */
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly errors: { pointer: string; message: string }[],
  ) {
    super(detail);
    this.name = "ApiProblem";
  }

  static read(response: Response, body: unknown): ApiProblem {
    if (!isProblem(body)) {
      const title = `The server answered ${response.status}`;
      return new ApiProblem(response.status, "unknown", title, response.statusText, []);
    }
    return ApiProblem.of(body);
  }

  static of({ status, type, title, detail, errors }: SchemaProblemDocument): ApiProblem {
    const code = type.split(":").at(-1) ?? "unknown";
    return new ApiProblem(status, code, title, detail, errors ?? []);
  }
}

/** The request got no answer: the service is down, or the network is. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("Ringback cannot be reached.", { cause });
    this.name = "Unreachable";
  }
}

export function isProblem(body: unknown): body is SchemaProblemDocument {
  return typeof body === "object" && body !== null && "type" in body && "title" in body;
}

/** Refusals by field, for forms: `/variables/eta` becomes `variables.eta`. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiProblem)) return {};
  return Object.fromEntries(
    error.errors.map(({ pointer, message }) => [
      pointer.replace(/^(#|body:)?\//, "").replaceAll("/", "."),
      message,
    ]),
  );
}
