/** The time zones there are, with UTC and the one that is set, which browsers may leave out. */
export function zonesWith(current: string): string[] {
  return [...new Set([current, "UTC", ...Intl.supportedValuesOf("timeZone")])];
}
