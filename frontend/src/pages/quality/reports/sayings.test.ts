import { expect, it } from "vitest";
import type { CoachingPoint } from "@/api/reports";
import { bySaying } from "./sayings";

const quote = (call_id: string, quote: string | null, reason: string | null) =>
  ({ call_id, quote, reason }) as CoachingPoint["quotes"][number];

it("says once what is said of several calls, and words before reasons", () => {
  const found = bySaying([
    quote("a", null, "Nothing of the kind was said."),
    quote("b", "Whatever.", "It is rude."),
    quote("c", null, "Nothing of the kind was said."),
    quote("d", null, null),
  ]);
  expect(found.map(({ saying, isQuote, calls }) => [saying, isQuote, calls.length])).toEqual([
    ["Nothing of the kind was said.", false, 2],
    ["Whatever.", true, 1],
    ["No words stand for it.", false, 1],
  ]);
});
