import { EVENT_NAMES, type FeedEvent, resync } from "./events";

/** `lost`: it tries to come back by itself. `ended`: the login is over, and it does not try. */
export type FeedState = "connecting" | "live" | "lost" | "ended";

export interface FeedOptions {
  /** `/api/v1/events` with filters as its query, or one call's feed. */
  path?: string;
  onEvent: (event: FeedEvent) => void;
  onState?: (state: FeedState) => void;
  /** The position to go on from; from now on if there is none. */
  since?: string;
  /** Asked when the service has refused the stream, which says not why. Rejects when unknown. */
  isLoggedIn?: () => Promise<boolean>;
}

export interface Feed {
  /** The position of the last event received. */
  readonly position: string | undefined;
  /** Somebody is looking: what is to be tried again later is tried now. */
  hurry: () => void;
  close: () => void;
}

export const FIRST_WAIT_MS = 500;
export const LONGEST_WAIT_MS = 15_000;

/**
 * Follows the feed until closed, by one connection at a time.
 *
 * After a loss it goes on from its position, so nothing is missed and nothing comes twice. When it
 * opens without one, it gives a `resync` of its own: what was read before then may be old. A cut
 * connection is the browser's to make again: it waits as long as the service has asked it to. But
 * it gives up for good when the service, or a proxy before it, answers with an error; from there it
 * is tried again, ever less often, and at once when the network is back. Runs in pages and in
 * workers.
 */
export function openFeed(options: FeedOptions): Feed {
  return new Connection(options);
}

class Connection implements Feed {
  position: string | undefined;
  private source: EventSource | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private state: FeedState | undefined;

  constructor(private readonly options: FeedOptions) {
    this.position = options.since;
    globalThis.addEventListener("online", this.hurry);
    this.tell("connecting");
    this.connect();
  }

  readonly close = () => {
    globalThis.removeEventListener("online", this.hurry);
    this.drop();
  };

  readonly hurry = () => {
    if (this.state === "lost") this.connect();
  };

  private connect() {
    this.drop();
    const source = new EventSource(this.address());
    source.onopen = () => {
      this.failures = 0;
      if (this.position === undefined) this.options.onEvent(resync());
      this.tell("live");
    };
    source.onerror = () => {
      this.tell("lost");
      if (source.readyState === EventSource.CLOSED) void this.recover(source);
    };
    for (const name of EVENT_NAMES) source.addEventListener(name, this.receive);
    this.source = source;
  }

  private address(): string {
    const path = this.options.path ?? "/api/v1/events";
    if (this.position === undefined) return path;
    return `${path}${path.includes("?") ? "&" : "?"}last_event_id=${encodeURIComponent(this.position)}`;
  }

  private readonly receive = (message: MessageEvent<string>) => {
    if (message.lastEventId) this.position = message.lastEventId;
    this.options.onEvent(JSON.parse(message.data) as FeedEvent);
  };

  private async recover(source: EventSource) {
    const isLoggedIn = await this.askWhetherLoggedIn();
    if (this.source !== source) return;
    if (!isLoggedIn) {
      this.close();
      this.tell("ended");
      return;
    }
    const most = Math.min(FIRST_WAIT_MS * 2 ** this.failures, LONGEST_WAIT_MS);
    this.failures += 1;
    // Not all pages at the same instant.
    this.timer = setTimeout(() => this.connect(), most * (0.5 + Math.random() / 2));
  }

  private async askWhetherLoggedIn(): Promise<boolean> {
    try {
      return (await this.options.isLoggedIn?.()) ?? true;
    } catch {
      return true;
    }
  }

  private drop() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = undefined;
  }

  private tell(state: FeedState) {
    if (state === this.state) return;
    this.state = state;
    this.options.onState?.(state);
  }
}
