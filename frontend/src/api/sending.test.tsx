import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { refused, service } from "@/testing/service";
import { storage } from "@/testing/storage";
import type { SchemaRecordingOpened } from "./schema";
import { GaveUp, sendFile } from "./sending";

const MEGABYTE = 1024 * 1024;
const PART = 8 * MEGABYTE;
const SIZE = 20 * MEGABYTE;
const AT = "/api/v1/recordings/r1";
const COMPLETE = `POST ${AT}/complete`;

const opened = {
  id: "r1",
  upload: { method: "PUT", url: "https://store/0", headers: {}, expires_at: "" },
} as unknown as SchemaRecordingOpened;

function fileOf(size: number): File {
  return new File([new Uint8Array(size)], "call.wav");
}

describe("sending a file", () => {
  const store = storage();
  const lost = new Set<string>();
  let completed: Response[] = [];
  let status = "queued";
  const asked = service({
    [`GET ${AT}/parts`]: () => ({
      missing: [0, 1, 2]
        .filter((number) => !isThere(number))
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
    [COMPLETE]: () => completed.shift() ?? { id: "r1" },
    [`GET ${AT}`]: () => ({ id: "r1", status }),
  });
  const there = new Set<string>();
  const isThere = (number: number) => there.has(`https://store/${number}`);
  const completions = () => asked.filter(({ path }) => path.endsWith("/complete")).length;
  const told = { onProgress: vi.fn(), onWaiting: vi.fn() };
  const send = (size: number, signal = new AbortController().signal) =>
    sendFile(opened, fileOf(size), told, signal);
  beforeEach(() => {
    there.clear();
    lost.clear();
    completed = [];
    status = "queued";
    store.says = (url) => {
      if (lost.delete(url)) return "lost";
      there.add(url);
      return 204;
    };
    vi.resetAllMocks();
    // The connection is back as soon as it is waited for.
    told.onWaiting.mockImplementation((isWaiting: boolean) => {
      if (isWaiting) queueMicrotask(() => dispatchEvent(new Event("online")));
    });
  });
  afterEach(() => vi.restoreAllMocks());

  it("sends a large one in parts, and after a cut those that are not there", async () => {
    lost.add("https://store/1");

    await send(SIZE);

    expect(store.puts).toEqual([0, 1, 1, 2].map((number) => `https://store/${number}`));
    expect(told.onWaiting).toHaveBeenCalledWith(true);
    expect(told.onWaiting).toHaveBeenLastCalledWith(false);
    expect(told.onProgress).toHaveBeenLastCalledWith(1);
    expect(completions()).toBe(1);
  });

  it("sends a small one in one request, once more when the connection was lost", async () => {
    lost.add("https://store/0");

    await send(100);

    expect(store.puts).toEqual(["https://store/0", "https://store/0"]);
    expect(completions()).toBe(1);
  });

  it("sends nothing again that is refused", async () => {
    store.says = () => 413;

    await expect(send(100)).rejects.toThrow("too-large");
    expect(store.puts).toHaveLength(1);
    expect(completions()).toBe(0);
  });

  it("stops waiting when it is taken back", async () => {
    const abort = new AbortController();
    lost.add("https://store/0");
    told.onWaiting.mockImplementation((isWaiting: boolean) => isWaiting && abort.abort());

    await expect(send(100, abort.signal)).rejects.toThrow("Canceled");
    expect(store.puts).toHaveLength(1);
  });

  it("gives up after eight failures in succession, however much the browser handed on", async () => {
    store.says = () => "lost";

    await expect(send(100)).rejects.toThrow(GaveUp);
    expect(store.puts).toHaveLength(8);
  });

  it("counts failures anew after each part that was taken", async () => {
    let left = 0;
    store.says = (url) => {
      if (left > 0) {
        left -= 1;
        return "lost";
      }
      left = 7;
      there.add(url);
      return 204;
    };

    await send(SIZE);

    expect(store.puts).toHaveLength(1 + 8 + 8);
  });

  it("does not give up while the browser is offline", async () => {
    const onLine = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    store.says = () => (store.puts.length <= 20 ? "lost" : 204);

    await send(100);

    expect(onLine).toHaveBeenCalled();
    expect(store.puts).toHaveLength(21);
  });

  it("asks again to have it taken while nobody can, and sends nothing twice for that", async () => {
    completed = [502, 503].map((code) => new Response(null, { status: code }));

    await send(100);

    expect(completions()).toBe(3);
    expect(store.puts).toHaveLength(1);
  });

  it("gives up asking to have it taken after eight failures, too", async () => {
    completed = Array.from({ length: 20 }, () => new Response(null, { status: 503 }));

    await expect(send(100)).rejects.toThrow(GaveUp);
    expect(completions()).toBe(8);
  });

  it("is done where it was taken and only the answer was lost", async () => {
    completed = [new Response(null, { status: 502 }), refused(409, "recording-not-waiting")];

    await send(100);

    expect(completions()).toBe(2);
  });

  it("is not done where somebody canceled it meanwhile", async () => {
    completed = [refused(409, "recording-not-waiting")];
    status = "canceled";

    await expect(send(100)).rejects.toThrow("recording-not-waiting");
  });
});
