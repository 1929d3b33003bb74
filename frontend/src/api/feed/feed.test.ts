import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Feed, type FeedOptions, type FeedState, LONGEST_WAIT_MS, openFeed } from "./feed";
import type { FeedEvent } from "./events";

/** The browser's EventSource, driven by the test. */
class Source extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 2;
  static all: Source[] = [];
  readyState = Source.CONNECTING;
  onopen?: () => void;
  onerror?: () => void;

  constructor(readonly url: string) {
    super();
    Source.all.push(this);
  }

  static get open(): Source[] {
    return Source.all.filter((source) => source.readyState !== Source.CLOSED);
  }

  static get last(): Source {
    const last = Source.all.at(-1);
    if (!last) throw new Error("Nothing was opened.");
    return last;
  }

  accept() {
    this.readyState = Source.OPEN;
    this.onopen?.();
  }

  say(name: string, id: string, data: unknown = {}) {
    const whole = { id, name, at: "2026-11-21T08:00:00Z", call_id: "1", agent_id: null, data };
    this.dispatchEvent(
      new MessageEvent(name, { data: JSON.stringify(whole), lastEventId: id || "12-7" }),
    );
  }

  /** The connection is cut; the browser makes another one by itself. */
  cut() {
    this.readyState = Source.CONNECTING;
    this.onerror?.();
  }

  /** An answer that is no stream: the browser gives up. */
  refuse() {
    this.readyState = Source.CLOSED;
    this.onerror?.();
  }

  close() {
    this.readyState = Source.CLOSED;
  }
}

let events: FeedEvent[];
let states: FeedState[];
let feed: Feed;

function open(options: Partial<FeedOptions> = {}) {
  feed = openFeed({
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
    ...options,
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Source);
  [Source.all, events, states] = [[], [], []];
});

afterEach(() => {
  feed.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("gives events as they come, and remembers the position of the last", () => {
  open();
  Source.last.accept();
  Source.last.say("call.started", "12-7", { status: "in_progress" });

  expect(events.at(-1)?.name).toBe("call.started");
  expect(feed.position).toBe("12-7");
  expect(states).toEqual(["connecting", "live"]);
});

it("leaves a cut connection to the browser, which waits as the service has asked", () => {
  open();
  Source.last.accept();
  Source.last.cut();
  vi.advanceTimersByTime(60_000);

  expect(Source.all).toHaveLength(1);
  expect(states).toEqual(["connecting", "live", "lost"]);
});

it("goes on from its position after the browser has given up", async () => {
  open({ path: "/api/v1/events?names=call.ended" });
  Source.last.accept();
  Source.last.say("call.ended", "12-7");
  Source.last.refuse();
  await vi.advanceTimersByTimeAsync(LONGEST_WAIT_MS);

  expect(Source.last.url).toBe("/api/v1/events?names=call.ended&last_event_id=12-7");
  expect(Source.open).toHaveLength(1);
  Source.last.accept();
  expect(states).toEqual(["connecting", "live", "lost", "live"]);
});

it("keeps its position when told that it is behind", () => {
  open();
  Source.last.say("call.ended", "12-7");
  // A message without an id comes with the one before it.
  Source.last.say("behind", "");

  expect(feed.position).toBe("12-7");
  expect(events.at(-1)?.name).toBe("behind");
});

it("tries ever less often, up to a limit, and afresh once it was live", async () => {
  vi.spyOn(Math, "random").mockReturnValue(1);
  open();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 8; attempt += 1) {
    Source.last.refuse();
    const [before, count] = [Date.now(), Source.all.length];
    while (Source.all.length === count) await vi.advanceTimersByTimeAsync(100);
    waits.push(Date.now() - before);
  }
  Source.last.accept();
  Source.last.refuse();
  await vi.advanceTimersByTimeAsync(500);

  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  expect(Source.all).toHaveLength(10);
});

it("tries at once, and once only, when the network is back", async () => {
  open();
  Source.last.refuse();
  await vi.advanceTimersByTimeAsync(1);
  window.dispatchEvent(new Event("online"));
  window.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(60_000);

  expect(Source.open).toHaveLength(1);
});

it("does not disturb a stream that is live", () => {
  open();
  Source.last.accept();
  feed.hurry();

  expect(Source.all).toHaveLength(1);
});

it("has everything read anew that was read before it opened, and after a loss without a position", () => {
  open();
  expect(events).toEqual([]);
  Source.last.accept();
  expect(events.map((event) => event.name)).toEqual(["resync"]);
  Source.last.cut();
  Source.last.accept();
  Source.last.say("call.started", "12-7");
  expect(events.map((event) => event.name)).toEqual(["resync", "resync", "call.started"]);

  Source.last.cut();
  Source.last.accept();
  expect(events).toHaveLength(3);
});

it("takes over from another by its position, with nothing read anew", () => {
  open({ since: "12-7" });
  Source.last.accept();
  expect(Source.last.url).toBe("/api/v1/events?last_event_id=12-7");
  expect(events).toEqual([]);
});

it("ends when the login has", async () => {
  open({ isLoggedIn: () => Promise.resolve(false) });
  Source.last.refuse();
  await vi.advanceTimersByTimeAsync(60_000);

  expect(states.at(-1)).toBe("ended");
  expect(Source.open).toHaveLength(0);
  expect(Source.all).toHaveLength(1);
});

it("goes on when nobody can say whether the login holds", async () => {
  open({ isLoggedIn: () => Promise.reject(new Error("No answer.")) });
  Source.last.refuse();
  await vi.advanceTimersByTimeAsync(LONGEST_WAIT_MS);

  expect(Source.open).toHaveLength(1);
});

it("stays closed once it was closed, whatever comes", async () => {
  open();
  Source.last.refuse();
  feed.close();
  window.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(60_000);

  expect(Source.open).toHaveLength(0);
  expect(Source.all).toHaveLength(1);
});
