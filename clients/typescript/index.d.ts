import type { Client, ClientOptions } from "openapi-fetch";
import type { paths } from "./schema";

export type { components, operations, paths } from "./schema";

export interface RingbackOptions extends Omit<ClientOptions, "baseUrl"> {
  /** Where Ringback runs, such as `https://calls.example.com`. */
  baseUrl: string;
  /** From Settings, API keys. */
  apiKey: string;
}

export declare function createRingback(options: RingbackOptions): Client<paths>;
