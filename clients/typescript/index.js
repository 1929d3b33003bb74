import createClient from "openapi-fetch";

/** A client of the API at this address that logs in with an API key. */
export function createRingback({ baseUrl, apiKey, ...options }) {
  return createClient({
    baseUrl,
    ...options,
    headers: { ...options.headers, Authorization: `Bearer ${apiKey}` },
  });
}
