import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { FeedEvent } from "./events";
import type { Feed, FeedState } from "./feed";
import type { News, Word } from "./hub";
import { openSharedFeed, PATIENCE_MS } from "./shared";

/** The browser's SharedWorker, whose other side is the test. */
class Worker {
  static last: Worker | undefined;
  onerror?: () => void;
  readonly said: Word[] = [];
  readonly port = {
    onmessage: undefined as ((message: { data: News }) => void) | null | undefined,
    postMessage: (word: Word) => this.said.push(word),
    close: vi.fn(),
  };

  constructor(
    readonly url: string,
    readonly options: { name: string },
  ) {
    Worker.last = this;
  }

  tell(news: News) {
    this.port.onmessage?.({ data: news });
  }
}

/** The connections that the page makes by itself. */
class Source extends EventTarget {
  static readonly CLOSED = 2;
  static all: Source[] = [];
  onopen?: () => void;
  readonly close = vi.fn();

  constructor(readonly url: string) {
    super();
    Source.all.push(this);
  }
}

const event = { id: "12-7", name: "call.ended" } as FeedEvent;
let events: string[];
let states: FeedState[];
let feed: Pick<Feed, "close">;

function open(): Worker {
  feed = openSharedFeed("dana", {
    onEvent: ({ name }) => events.push(name),
    onState: (state) => states.push(state),
  });
  if (!Worker.last) throw new Error("No worker was asked.");
  return Worker.last;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("SharedWorker", Worker);
  vi.stubGlobal("EventSource", Source);
  [events, states, Source.all, Worker.last] = [[], [], [], undefined];
});

afterEach(() => {
  feed.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("hears by the worker of the person, and opens no connection", () => {
  const worker = open();
  worker.tell({ state: "live" });
  worker.tell({ event });
  vi.advanceTimersByTime(60_000);

  expect(worker.options.name).toBe("dana");
  expect(states).toEqual(["live"]);
  expect(events).toEqual(["call.ended"]);
  expect(Source.all).toHaveLength(0);
});

it("goes on alone, from where it was, when the worker does not answer a page that is looked at", () => {
  const worker = open();
  worker.tell({ event });
  document.dispatchEvent(new Event("visibilitychange"));
  vi.advanceTimersByTime(PATIENCE_MS);
  worker.tell({ event });

  expect(worker.said).toEqual(["here", "here", "gone"]);
  expect(Source.all.map(({ url }) => url)).toEqual(["/api/v1/events?last_event_id=12-7"]);
  Source.all[0]?.onopen?.();
  expect(events).toEqual(["call.ended"]);
});

it("reads everything anew when the worker could not start", () => {
  open().onerror?.();
  Source.all[0]?.onopen?.();

  expect(events).toEqual(["resync"]);
  expect(states).toEqual(["connecting", "live"]);
});

it("has a connection of its own where there are no shared workers", () => {
  vi.stubGlobal("SharedWorker", undefined);
  feed = openSharedFeed("dana", { onEvent: ({ name }) => events.push(name) });

  expect(Source.all.map(({ url }) => url)).toEqual(["/api/v1/events"]);
});

it("says that it is gone when it is closed, and stays in a page that may come back", () => {
  const worker = open();
  worker.tell({ state: "live" });
  window.dispatchEvent(Object.assign(new Event("pagehide"), { persisted: true }));
  expect(worker.said).toEqual(["here"]);

  feed.close();
  expect(worker.said).toEqual(["here", "gone"]);
});
