import type { CallFilters } from "@/api/callFilters";

let last: CallFilters = {};

/** Remembers which list of calls was looked at, so that one comes back to it. */
export function rememberList(filters: CallFilters): void {
  last = filters;
}

export function lastList(): CallFilters {
  return last;
}
