import { expect, it } from "vitest";
import type { FeedEvent } from "@/api/feed/events";
import { needOf } from "./alerts";

const event = (name: string) => ({ name, call_id: "c", data: {} }) as unknown as FeedEvent;

it.each(["record.needs_review", "record.failed", "call.failed", "violation.found"])(
  "%s needs a person",
  (name) => {
    expect(needOf(event(name))).toBeTruthy();
  },
);

it.each(["record.extracted", "call.ended", "call.transcript_updated", "resync"])(
  "%s needs nobody",
  (name) => {
    expect(needOf(event(name))).toBeNull();
  },
);
