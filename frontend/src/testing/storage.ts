import { afterEach, beforeEach } from "vitest";
import { problem } from "./service";

/** What a storage says to a request: a status, or nothing at all. */
type Said = number | "lost";

/** A storage that takes what a browser sends, but where `says` has it answer otherwise. */
export function storage(): { puts: string[]; says: (url: string) => Said } {
  const store = { puts: [] as string[], says: (): Said => 204 };
  const real = globalThis.XMLHttpRequest;
  beforeEach(() => {
    store.puts.length = 0;
    store.says = () => 204;
    globalThis.XMLHttpRequest = requestTo(store) as unknown as typeof XMLHttpRequest;
  });
  afterEach(() => {
    globalThis.XMLHttpRequest = real;
  });
  return store;
}

function requestTo(store: ReturnType<typeof storage>) {
  return class {
    upload: { onprogress?: (event: { loaded: number }) => void } = {};
    status = 0;
    responseText = "";
    onload?: () => void;
    onerror?: () => void;
    private url = "";

    open(_: string, url: string) {
      this.url = url;
    }
    send(body: Blob) {
      store.puts.push(this.url);
      queueMicrotask(() => {
        // A browser tells of bytes that it handed on, whether or not they arrive.
        this.upload.onprogress?.({ loaded: body.size });
        const said = store.says(this.url);
        if (said === "lost") return this.onerror?.();
        this.status = said;
        if (said >= 300) this.responseText = JSON.stringify(problem(said, "too-large"));
        this.onload?.();
      });
    }
  };
}
