/** Moments as the clock of a zone shows them, which is how people give them. */

/** What a clock in the zone shows at a moment: `2026-11-22T08:00`; nothing where it is no moment. */
export function wallClock(instant: string, timeZone: string): string {
  const at = Date.parse(instant);
  return Number.isNaN(at) ? "" : new Date(at + offsetAt(at, timeZone)).toISOString().slice(0, 16);
}

/** The moment at which a clock in the zone shows this; undefined where it never does. */
export function instantAt(wall: string, timeZone: string): string | undefined {
  const asUtc = Date.parse(`${wall}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  // The offset of a moment near by, then that of the moment itself: clocks may change between.
  const near = asUtc - offsetAt(asUtc, timeZone);
  const instant = new Date(asUtc - offsetAt(near, timeZone)).toISOString();
  if (wallClock(instant, timeZone) !== wall.slice(0, 16)) return undefined;
  return instant.replace(".000Z", "Z");
}

/** How far the zone's clocks are ahead of UTC at a moment, in milliseconds. */
function offsetAt(at: number, timeZone: string): number {
  const day = { year: "numeric", month: "numeric", day: "numeric" } as const;
  const time = { hour: "numeric", minute: "numeric", second: "numeric" } as const;
  const clock = new Intl.DateTimeFormat("en", { ...day, ...time, hourCycle: "h23", timeZone });
  const shown = new Map(clock.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => shown.get(type) ?? 0;
  const asUtc = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return asUtc - Math.floor(at / 1000) * 1000;
}
