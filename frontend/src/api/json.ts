export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}

/** The part of JSON Schema that forms are made from. */
export interface FieldSchema {
  type?: string | string[];
  title?: string;
  description?: string;
  enum?: (string | number | null)[];
  format?: string;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, FieldSchema>;
  items?: FieldSchema;
  anyOf?: FieldSchema[];
}
