/** Which evaluations a report is about, as its address has it. */

export interface ReportSearch {
  policy?: string;
  agent?: string;
  weeks?: number;
}

export const WEEKS = [4, 13, 26, 52] as const;
export const USUAL_WEEKS = 13;

export function readReportSearch(search: Record<string, unknown>): ReportSearch {
  const { policy, agent, weeks } = search;
  return {
    ...(typeof policy === "string" && { policy }),
    ...(typeof agent === "string" && { agent }),
    ...(WEEKS.some((each) => each === weeks) && { weeks: weeks as number }),
  };
}

/** The first day of the last so many weeks, this one included. */
export function sinceOf(weeks: number, today: Date): string {
  return mondays(weeks, today)[0] ?? "";
}

/** The Mondays of the last so many weeks, the oldest first, in UTC as the service counts them. */
export function mondays(weeks: number, today: Date): string[] {
  const monday = new Date(
    Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()),
  );
  monday.setUTCDate(monday.getUTCDate() - ((monday.getUTCDay() + 6) % 7));
  return Array.from({ length: weeks }, (_, index) => {
    const each = new Date(monday);
    each.setUTCDate(each.getUTCDate() - 7 * (weeks - 1 - index));
    return each.toISOString().slice(0, 10);
  });
}

const short = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  timeZone: "UTC",
});

/** A Monday as a chart names it. */
export function sayWeek(monday: string): string {
  return short.format(new Date(`${monday}T00:00:00Z`));
}
