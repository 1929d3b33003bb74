import { beforeEach, expect, it, vi } from "vitest";
import type { FeedEvent } from "./events";
import type { FeedOptions } from "./feed";
import { Hub, type News } from "./hub";

/** A page that keeps what it hears. */
class Page {
  readonly heard: News[] = [];
  readonly postMessage = (news: News) => this.heard.push(news);

  get events(): string[] {
    return this.heard.flatMap((news) => ("event" in news ? [news.event.id ?? ""] : []));
  }

  get states(): string[] {
    return this.heard.flatMap((news) => ("state" in news ? [news.state] : []));
  }
}

const event = (id: string) => ({ id, name: "call.ended" }) as FeedEvent;
const feed = { position: undefined, close: vi.fn(), hurry: vi.fn() };
let opened: FeedOptions[];
let hub: Hub;
let [first, second]: [Page, Page] = [new Page(), new Page()];
const last = () => opened.at(-1);

beforeEach(() => {
  vi.clearAllMocks();
  opened = [];
  [first, second] = [new Page(), new Page()];
  hub = new Hub((options) => {
    opened.push(options);
    return feed;
  });
});

it("gives what comes to every page, by one feed", () => {
  hub.hear(first, "here");
  last()?.onState?.("live");
  hub.hear(second, "here");
  last()?.onEvent(event("12-7"));

  expect(opened).toHaveLength(1);
  expect([first.events, second.events]).toEqual([["12-7"], ["12-7"]]);
  expect(second.states).toEqual(["live"]);
});

it("does not mind that the page leaves for which the feed was opened", () => {
  hub.hear(first, "here");
  hub.hear(second, "here");
  hub.hear(first, "gone");
  last()?.onEvent(event("12-7"));

  expect(first.events).toEqual([]);
  expect(second.events).toEqual(["12-7"]);
  expect(feed.close).not.toHaveBeenCalled();
});

it("closes the feed with the last page, and opens another for the next", () => {
  hub.hear(first, "here");
  last()?.onState?.("live");
  hub.hear(first, "gone");
  expect(feed.close).toHaveBeenCalledOnce();

  hub.hear(second, "here");
  expect(opened).toHaveLength(2);
  expect(second.states).toEqual(["connecting"]);
});

it("answers a page that is looked at, gives it nothing twice, and hurries", () => {
  hub.hear(first, "here");
  last()?.onState?.("lost");
  hub.hear(first, "here");
  last()?.onEvent(event("12-7"));

  expect(first.states).toEqual(["connecting", "lost", "lost"]);
  expect(first.events).toEqual(["12-7"]);
  expect(feed.hurry).toHaveBeenCalledTimes(2);
});

it("tells every page that the login is over, and starts afresh for the next one", () => {
  hub.hear(first, "here");
  hub.hear(second, "here");
  last()?.onState?.("ended");
  expect([first.states.at(-1), second.states.at(-1)]).toEqual(["ended", "ended"]);

  hub.hear(first, "here");
  expect(opened).toHaveLength(2);
});
