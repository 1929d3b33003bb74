import { describe, expect, it } from "vitest";
import { instantAt, wallClock } from "./zones";

const CHICAGO = "America/Chicago";

describe("a moment", () => {
  it.each([
    ["2026-11-22T14:00:00Z", CHICAGO, "2026-11-22T08:00"],
    ["2026-07-22T14:00:00Z", CHICAGO, "2026-07-22T09:00"],
    ["2026-11-22T14:00:00Z", "Asia/Kolkata", "2026-11-22T19:30"],
    ["2026-11-22T06:00:00Z", CHICAGO, "2026-11-22T00:00"],
  ])("%s is in %s %s, and the other way round", (instant, zone, wall) => {
    expect(wallClock(instant, zone)).toBe(wall);
    expect(instantAt(wall, zone)).toBe(instant);
  });

  it("is right on the day the clocks change", () => {
    expect(instantAt("2026-03-08T01:59", CHICAGO)).toBe("2026-03-08T07:59:00Z");
    expect(instantAt("2026-03-08T03:00", CHICAGO)).toBe("2026-03-08T08:00:00Z");
    expect(instantAt("2026-03-08T02:30", CHICAGO)).toBeUndefined();
  });

  it.each(["", "soon", "2026-13-01T08:00"])("is not %j", (text) => {
    expect(instantAt(text, CHICAGO)).toBeUndefined();
  });

  it("that cannot be read is shown as nothing", () => {
    expect(wallClock("tomorrow", CHICAGO)).toBe("");
  });
});
