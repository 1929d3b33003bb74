/** The start of the viewer's day, as an instant. */
export function startOfDay(now: Date = new Date()): string {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate()).toISOString();
}

/** When a day begins: `2026-11-21` of the viewer's calendar. */
export function dayStart(day: string): Date {
  return new Date(`${day}T00:00:00`);
}

/** When the day after it begins. */
export function dayEnd(day: string): Date {
  const next = dayStart(day);
  next.setDate(next.getDate() + 1);
  return next;
}
