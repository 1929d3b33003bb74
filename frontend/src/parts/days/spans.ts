/** Days back from today that people ask for, as filters of lists. */
export const SPANS = [
  { value: "today", label: "Today", from: 0, until: 0 },
  { value: "yesterday", label: "Yesterday", from: 1, until: 1 },
  { value: "week", label: "Last 7 days", from: 6, until: 0 },
  { value: "month", label: "Last 30 days", from: 29, until: 0 },
] as const;

export interface Days {
  from?: string | undefined;
  until?: string | undefined;
}

export function daysOf(span: string | null, now = new Date()): Days {
  const found = SPANS.find(({ value }) => value === span);
  if (!found) return { from: undefined, until: undefined };
  return { from: dayBefore(now, found.from), until: dayBefore(now, found.until) };
}

/** Which of them these days are; "custom" when they are none of them, null without any. */
export function spanOf({ from, until }: Days, now = new Date()): string | null {
  if (!from && !until) return null;
  const found = SPANS.find(({ value }) => {
    const days = daysOf(value, now);
    return days.from === from && days.until === until;
  });
  return found?.value ?? "custom";
}

function dayBefore(now: Date, days: number): string {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days, 12);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
}
