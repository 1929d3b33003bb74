import type { FeedEvent } from "./events";
import type { Feed, FeedOptions, FeedState } from "./feed";

/** What a page hears of the feed. */
export type News = { state: FeedState } | { event: FeedEvent };

/** What a page says: that it is there and somebody may be looking, or that it is gone. */
export type Word = "here" | "gone";

/** The hub's end of a page. */
export interface Listener {
  postMessage: (news: News) => void;
}

/** One feed for many pages: open while any of them is there. */
export class Hub {
  private readonly listeners = new Set<Listener>();
  private feed: Feed | undefined;
  private state: FeedState = "connecting";

  constructor(private readonly open: (options: FeedOptions) => Feed) {}

  /** Take in what a page says. Being there is answered by the state of the feed, each time. */
  hear(listener: Listener, word: Word) {
    if (word === "gone") {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.close();
      return;
    }
    this.listeners.add(listener);
    this.feed ??= this.open({ onEvent: this.onEvent, onState: this.onState });
    this.feed.hurry();
    listener.postMessage({ state: this.state });
  }

  private readonly onEvent = (event: FeedEvent) => this.tell({ event });

  private readonly onState = (state: FeedState) => {
    this.state = state;
    this.tell({ state });
    if (state === "ended") {
      this.listeners.clear();
      this.close();
    }
  };

  private tell(news: News) {
    for (const listener of this.listeners) listener.postMessage(news);
  }

  private close() {
    this.feed?.close();
    this.feed = undefined;
    this.state = "connecting";
  }
}
