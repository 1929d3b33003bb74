import type { Named } from "@/api/retention";

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads a phone number with its country, a call's id, or the address of a call's page. */
export function namedBy(text: string): Named | null {
  const written = text.trim();
  const id = written.split(/[?#]/)[0]?.split("/").pop() ?? "";
  if (ID.test(id)) return { call_id: id.toLowerCase() };
  const digits = written.replace(/[\s().-]/g, "");
  return /^\+[1-9]\d{6,14}$/.test(digits) ? { phone_number: digits } : null;
}

export const WHO = "A phone number with its country, or a call’s id or address.";
export const WRITE_SO = "Write a number like +14155550100, or the id of a call.";
