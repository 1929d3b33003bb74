import { expect, it } from "vitest";
import { standstillOf } from "./standstill";

const WELL = { seconds_since_worker: 2, silence_is_suspicious: false };
const DIALS = { stopped_reason: null, queued: 3 };

it("says nothing while all is well, or not known yet", () => {
  expect(standstillOf(DIALS, WELL)).toBeNull();
  expect(standstillOf(undefined, undefined)).toBeNull();
});

it("says why dialing is paused, and how many calls wait for it", () => {
  const found = standstillOf({ stopped_reason: "The key is refused.", queued: 1 }, WELL);

  expect(found).toMatchObject({
    kind: "dialing",
    detail: "The key is refused. 1 call is waiting.",
  });
});

it("tells of a missing worker first, since without one nothing else can be mended", () => {
  const stopped = { stopped_reason: "No credit.", queued: 0 };

  expect(standstillOf(stopped, { ...WELL, seconds_since_worker: null })?.kind).toBe("worker");
});

it("tells of webhooks that do not arrive", () => {
  expect(standstillOf(DIALS, { ...WELL, silence_is_suspicious: true })?.kind).toBe("webhooks");
});
