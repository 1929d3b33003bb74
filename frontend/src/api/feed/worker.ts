import { isStill } from "@/api/user";
import { openFeed } from "./feed";
import { Hub, type Word } from "./hub";

/** What of a shared worker's scope is used; TypeScript's types of it and of pages exclude each other. */
interface Scope {
  /** Given by the page: whose feed it is. */
  name: string;
  onconnect: (event: MessageEvent) => void;
}

const scope = globalThis as unknown as Scope;
const hub = new Hub((options) => openFeed({ ...options, isLoggedIn: () => isStill(scope.name) }));

scope.onconnect = ({ ports: [port] }) => {
  if (!port) return;
  port.onmessage = ({ data }: MessageEvent<Word>) => hub.hear(port, data);
  // Of a page that could not say so any more. Not all browsers tell.
  port.addEventListener("close", () => hub.hear(port, "gone"));
};
