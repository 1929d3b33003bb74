/** What stands for a point of a coaching sheet, each saying once. Pure. */
import type { CoachingPoint } from "@/api/reports";

type Quote = CoachingPoint["quotes"][number];

/** The words where there are any, else the reason; with the calls that it is said of. */
export function bySaying(
  quotes: readonly Quote[],
): { saying: string; isQuote: boolean; calls: Quote[] }[] {
  const found = new Map<string, { saying: string; isQuote: boolean; calls: Quote[] }>();
  for (const each of quotes) {
    const saying = each.quote ?? each.reason ?? "No words stand for it.";
    const known = found.get(saying);
    if (known) known.calls.push(each);
    else found.set(saying, { saying, isQuote: each.quote !== null, calls: [each] });
  }
  return [...found.values()];
}
