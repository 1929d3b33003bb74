import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { cancelRecording, completeUpload, openUpload } from "@/api/recordings";
import type { SchemaRecordingOpened } from "@/api/schema";
import { sendFile } from "@/api/sending";
import { explain } from "@/parts/explain";

/** A file on its way from this browser. */
export interface Sending {
  key: number;
  name: string;
  /** How much of it was sent, from 0 to 1. */
  share: number;
  /** The connection was lost; it goes on when it is back. */
  isWaiting: boolean;
  /** Why it stopped; null while it goes on. */
  failure: string | null;
}

// Browsers open six connections to a server, and the page needs some of them.
const AT_ONCE = 2;

/** Work of which only so much goes on at once. */
class Lane {
  private readonly waiting: (() => Promise<void>)[] = [];
  private running = 0;

  add(work: () => Promise<void>): void {
    this.waiting.push(work);
    this.goOn();
  }

  private goOn(): void {
    while (this.running < AT_ONCE) {
      const work = this.waiting.shift();
      if (!work) return;
      this.running += 1;
      void work().finally(() => {
        this.running -= 1;
        this.goOn();
      });
    }
  }
}

/** Sends files one after the other, each of which can be taken back. */
export function useUploads(agentId: string | null) {
  const client = useQueryClient();
  const [sending, setSending] = useState<Sending[]>([]);
  const aborts = useRef(new Map<number, AbortController>());
  const [lane] = useState(() => new Lane());
  const next = useRef(0);

  const change = useCallback((key: number, part: Partial<Sending>) => {
    setSending((all) => all.map((each) => (each.key === key ? { ...each, ...part } : each)));
  }, []);
  const drop = useCallback((key: number) => {
    aborts.current.get(key)?.abort();
    aborts.current.delete(key);
    setSending((all) => all.filter((each) => each.key !== key));
  }, []);

  const send = useCallback(
    async (key: number, file: File, agent: string, { signal }: AbortController) => {
      if (signal.aborted) return;
      let opened: SchemaRecordingOpened | undefined;
      try {
        opened = await openUpload({
          agent_id: agent,
          file_name: file.name,
          size_bytes: file.size,
          ...(file.type && { content_type: file.type }),
          occurred_at: new Date(file.lastModified).toISOString(),
        });
        const told = {
          onProgress: (share: number) => change(key, { share }),
          onWaiting: (isWaiting: boolean) => change(key, { isWaiting }),
        };
        await sendFile(opened, file, told, signal);
        await completeUpload(opened.id);
        drop(key);
      } catch (error) {
        if (opened) await cancelRecording(opened.id).catch(() => undefined);
        const wasCanceled = error instanceof DOMException && error.name === "AbortError";
        if (!wasCanceled) change(key, { failure: explain(error).detail });
      }
      await client.invalidateQueries({ queryKey: ["recordings", "list"] });
    },
    [change, client, drop],
  );

  const add = (files: Iterable<File>) => {
    if (!agentId) return;
    for (const file of files) {
      const key = next.current++;
      const abort = new AbortController();
      aborts.current.set(key, abort);
      setSending((all) => [
        ...all,
        { key, name: file.name, share: 0, isWaiting: false, failure: null },
      ]);
      lane.add(() => send(key, file, agentId, abort));
    }
  };

  return { sending, add, drop };
}
