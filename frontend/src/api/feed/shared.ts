import { type Feed, type FeedOptions, openFeed } from "./feed";
import type { News, Word } from "./hub";
import workerUrl from "./worker?sharedworker&url";

/** How long a worker may take to answer before the page follows the feed by itself. */
export const PATIENCE_MS = 5_000;

/**
 * Follows the feed by the one connection that all pages of a person share in this browser.
 *
 * Browsers open six connections to a host without HTTP/2, and a feed takes one for good: with one
 * for each page, the sixth page would leave none to load anything by. A shared worker has it, since
 * unlike locks it is there without TLS, too, and outlives every single page. Where there are no
 * shared workers, or this one does not answer, the page has a connection of its own, from where the
 * worker has brought it.
 */
export function openSharedFeed(userId: string, options: FeedOptions): Pick<Feed, "close"> {
  return new Subscription(userId, options);
}

class Subscription {
  private port: MessagePort | undefined;
  private own: Feed | undefined;
  private position: string | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    userId: string,
    private readonly options: FeedOptions,
  ) {
    document.addEventListener("visibilitychange", this.look);
    window.addEventListener("pageshow", this.look);
    window.addEventListener("pagehide", this.hide);
    if (typeof SharedWorker === "undefined") {
      this.own = openFeed(options);
      return;
    }
    const worker = new SharedWorker(workerUrl, { type: "module", name: userId });
    worker.onerror = this.goAlone;
    this.port = worker.port;
    this.port.onmessage = ({ data }: MessageEvent<News>) => this.receive(data);
    this.ask();
  }

  readonly close = () => {
    document.removeEventListener("visibilitychange", this.look);
    window.removeEventListener("pageshow", this.look);
    window.removeEventListener("pagehide", this.hide);
    this.leave();
    this.own?.close();
  };

  private receive(news: News) {
    clearTimeout(this.timer);
    if ("state" in news) {
      this.options.onState?.(news.state);
    } else {
      this.position = news.event.id ?? this.position;
      this.options.onEvent(news.event);
    }
  }

  private readonly look = () => {
    if (document.visibilityState !== "visible") return;
    this.own?.hurry();
    this.ask();
  };

  /** A page that may come back hears then what was said meanwhile: it stays. */
  private readonly hide = ({ persisted }: PageTransitionEvent) => {
    if (!persisted) this.leave();
  };

  private ask() {
    if (!this.port) return;
    this.say("here");
    clearTimeout(this.timer);
    this.timer = setTimeout(this.goAlone, PATIENCE_MS);
  }

  private readonly goAlone = () => {
    if (!this.port) return;
    this.leave();
    this.own = openFeed({ ...this.options, since: this.position });
  };

  private leave() {
    clearTimeout(this.timer);
    if (!this.port) return;
    this.say("gone");
    this.port.onmessage = null;
    this.port.close();
    this.port = undefined;
  }

  private say(word: Word) {
    this.port?.postMessage(word);
  }
}
