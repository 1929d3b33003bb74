import { asQuery, type CallFilters } from "@/api/callFilters";

/** Where the calls that match are as CSV, with their variables and record fields as columns. */
export function exportAddress(filters: CallFilters): string {
  const wanted = Object.entries(asQuery(filters)).flatMap(([name, value]) =>
    [value ?? []].flat().map((each) => [name, String(each)]),
  );
  const query = new URLSearchParams(wanted);
  return `/api/v1/calls/export${query.size > 0 ? `?${query}` : ""}`;
}
