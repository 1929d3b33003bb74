import { EVENT_NAMES, type FeedEvent } from "./event";

export type ConnectionState = "connecting" | "live" | "lost";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

interface Listener {
  onEvent: (event: FeedEvent) => void;
  onState: (state: ConnectionState) => void;
}

/** Follows the event feed until closed: after a loss it comes back where it was. */
export function openFeed({ onEvent, onState }: Listener): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let position: string | undefined;
  let failures = 0;

  const connect = () => {
    const from = position ? `?last_event_id=${encodeURIComponent(position)}` : "";
    source = new EventSource(`/api/v1/events${from}`);
    source.onopen = () => {
      failures = 0;
      onState("live");
    };
    source.onerror = retry;
    for (const name of EVENT_NAMES) source.addEventListener(name, receive);
  };
  const receive = (message: MessageEvent<string>) => {
    if (message.lastEventId) position = message.lastEventId;
    onEvent(JSON.parse(message.data) as FeedEvent);
  };
  // The browser would retry by itself, but gives up for good when a proxy answers 502.
  const retry = () => {
    source?.close();
    onState("lost");
    clearTimeout(timer);
    timer = setTimeout(connect, Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS));
    failures += 1;
  };
  const retryNow = () => {
    if (source?.readyState !== EventSource.CLOSED) return;
    clearTimeout(timer);
    connect();
  };

  connect();
  window.addEventListener("online", retryNow);
  return () => {
    window.removeEventListener("online", retryNow);
    clearTimeout(timer);
    source?.close();
  };
}
