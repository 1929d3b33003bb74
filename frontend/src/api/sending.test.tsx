import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { service } from "@/testing/service";
import type { SchemaRecordingOpened } from "./schema";
import { sendFile } from "./sending";

const MEGABYTE = 1024 * 1024;
const PART = 8 * MEGABYTE;
const SIZE = 20 * MEGABYTE;
const AT = "/api/v1/recordings/r1/parts";

const there = new Map<number, number>();
const lost = new Set<string>();
const puts: string[] = [];

/** A browser's request, to a storage that loses the connection where the test says so. */
class Request {
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
    puts.push(this.url);
    queueMicrotask(() => {
      if (lost.delete(this.url)) return this.onerror?.();
      this.upload.onprogress?.({ loaded: body.size });
      this.status = this.url.endsWith("refused") ? 413 : 204;
      if (this.status === 204) there.set(Number(this.url.split("/").at(-1)), body.size);
      else this.responseText = JSON.stringify({ detail: "Too large." });
      this.onload?.();
    });
  }
}

const opened = {
  id: "r1",
  upload: { method: "PUT", url: "https://store/0", headers: {}, expires_at: "" },
} as unknown as SchemaRecordingOpened;

function fileOf(size: number): File {
  return new File([new Uint8Array(size)], "call.wav");
}

describe("sending a file", () => {
  service({
    [`GET ${AT}`]: () => ({
      missing: [0, 1, 2]
        .filter((number) => !there.has(number))
        .map((number) => ({
          number,
          start: number * PART,
          end: Math.min((number + 1) * PART, SIZE),
          method: "PUT",
          url: `https://store/${number}`,
          headers: {},
          expires_at: "",
        })),
    }),
  });
  const told = { onProgress: vi.fn(), onWaiting: vi.fn() };
  const real = globalThis.XMLHttpRequest;
  beforeEach(() => {
    there.clear();
    lost.clear();
    puts.length = 0;
    vi.clearAllMocks();
    vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 500 });
    globalThis.XMLHttpRequest = Request as unknown as typeof XMLHttpRequest;
  });
  afterEach(() => {
    vi.useRealTimers();
    globalThis.XMLHttpRequest = real;
  });

  it("sends a large one in parts, and after a cut those that are not there", async () => {
    lost.add("https://store/1");

    await sendFile(opened, fileOf(SIZE), told, new AbortController().signal);

    expect(puts).toEqual([0, 1, 1, 2].map((number) => `https://store/${number}`));
    expect([...there.values()]).toEqual([PART, PART, SIZE - 2 * PART]);
    expect(told.onWaiting).toHaveBeenCalledWith(true);
    expect(told.onWaiting).toHaveBeenLastCalledWith(false);
    expect(told.onProgress).toHaveBeenLastCalledWith(1);
  });

  it("sends a small one in one request, once more when the connection was lost", async () => {
    lost.add("https://store/0");

    await sendFile(opened, fileOf(100), told, new AbortController().signal);

    expect(puts).toEqual(["https://store/0", "https://store/0"]);
  });

  it("sends nothing again that is refused", async () => {
    const refused = { ...opened, upload: { ...opened.upload, url: "https://store/refused" } };

    const sending = sendFile(refused, fileOf(100), told, new AbortController().signal);

    await expect(sending).rejects.toThrow("Too large.");
    expect(puts).toHaveLength(1);
  });

  it("stops waiting when it is taken back", async () => {
    const abort = new AbortController();
    lost.add("https://store/0");
    told.onWaiting.mockImplementationOnce(() => abort.abort());

    const sending = sendFile(opened, fileOf(100), told, abort.signal);

    await expect(sending).rejects.toThrow("Canceled");
    expect(puts).toHaveLength(1);
  });
});
