import { describe, expect, it } from "vitest";
import type { WebhookHealth } from "@/api/webhooks";
import { doubtAbout, findings } from "./findings";

const quiet: WebhookHealth = {
  webhook_url: "https://calls.example.com/webhook/retell/acme",
  received: 12,
  applied: 12,
  ignored: 0,
  failed: 0,
  waiting: 0,
  duplicates: 1,
  rejected: {},
  missed: 0,
  repaired_calls: 0,
  last_repaired_at: null,
  oldest_gap_seconds: null,
  last_received_at: "2026-11-21T08:00:00Z",
  seconds_since_last: 3,
  oldest_waiting_seconds: null,
  silence_is_suspicious: false,
  last_compared_at: "2026-11-21T08:00:00Z",
  comparison_failing_since: null,
  comparison_failure: null,
  seconds_since_worker: 1,
};

it("says that all is well when it is", () => {
  expect(findings(quiet).map(({ tone }) => tone)).toEqual(["signal"]);
});

it("says nothing while nothing has come", () => {
  expect(findings({ ...quiet, received: 0 })).toEqual([]);
});

it("names the key when signatures do not hold, and is loud when none does", () => {
  const [some] = findings({ ...quiet, rejected: { wrong_key: 3 } });
  const [all] = findings({ ...quiet, received: 0, rejected: { wrong_key: 3 } });

  expect(some?.tone).toBe("orange");
  expect(all?.tone).toBe("red");
  expect(all?.advice).toContain("webhook badge");
});

it("begins with silence", () => {
  const found = findings({ ...quiet, silence_is_suspicious: true, failed: 2 });

  expect(found.map(({ title }) => title)).toEqual([
    "Webhooks do not arrive",
    "2 could not be applied",
  ]);
});

describe("the address that Retell was given", () => {
  it.each(["http://127.0.0.1:9/x", "https://ringback.lan/x", "http://192.168.1.4/x"])(
    "is doubted when it is private: %s",
    (url) => {
      expect(doubtAbout(url, new URL(url).origin)).toMatch(/private address/);
    },
  );

  it("is doubted when it is another than this page was opened by", () => {
    expect(doubtAbout("https://calls.example.com/x", "https://other.example.com")).toMatch(
      /other\.example\.com/,
    );
  });

  it("is not doubted without a reason", () => {
    expect(doubtAbout("https://calls.example.com/x", "https://calls.example.com")).toBeNull();
  });
});
