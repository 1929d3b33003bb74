/** Instants and durations as people read them. Instants are ISO 8601 texts, as the API gives. */

const exact = new Intl.DateTimeFormat(undefined, {
  dateStyle: "full",
  timeStyle: "long",
});

/** The exact instant in the viewer's zone, which it names. */
export function exactly(instant: string): string {
  return exact.format(new Date(instant));
}

/** A moment that matters by itself, such as an arrival. It names the zone: by default the viewer's. */
export function plainly(instant: string, timeZone?: string, locale?: string): string {
  const parts = { year: "numeric", month: "short", day: "numeric" } as const;
  const time = { hour: "numeric", minute: "2-digit", timeZoneName: "short" } as const;
  return new Intl.DateTimeFormat(locale, { ...parts, ...time, timeZone }).format(new Date(instant));
}

/** Short, and shorter the nearer it is: `14:05`, `Mon 14:05`, `3 Feb, 14:05`, `3 Feb 2025`. */
export function briefly(instant: string, now: Date = new Date(), locale?: string): string {
  const at = new Date(instant);
  const options = briefOptions(at, now);
  return new Intl.DateTimeFormat(locale, options).format(at);
}

const WEEK_MS = 7 * 24 * 3600 * 1000;
const clock = { hour: "numeric", minute: "2-digit" } as const;

function briefOptions(at: Date, now: Date): Intl.DateTimeFormatOptions {
  if (at.toDateString() === now.toDateString()) return clock;
  if (Math.abs(now.getTime() - at.getTime()) < WEEK_MS - 24 * 3600 * 1000)
    return { weekday: "short", ...clock };
  if (at.getFullYear() === now.getFullYear()) return { day: "numeric", month: "short", ...clock };
  return { day: "numeric", month: "short", year: "numeric" };
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** How long ago something happened: `3 minutes ago`; never in the future, whichever clock is behind. */
export function ago(instant: string, now: Date = new Date(), locale?: string): string {
  const seconds = Math.round((now.getTime() - new Date(instant).getTime()) / 1000);
  const step = STEPS.find(([, size]) => seconds >= size);
  if (!step) return "just now";
  const [unit, size] = step;
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(
    -Math.trunc(seconds / size),
    unit,
  );
}

/** A duration as on a phone: `0:07`, `12:05`, `1:02:33`. */
export function asClock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [first, ...rest] = parts[0] === 0 ? parts.slice(1) : parts;
  return [String(first), ...rest.map((part) => String(part).padStart(2, "0"))].join(":");
}
