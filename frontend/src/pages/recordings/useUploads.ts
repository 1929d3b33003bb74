import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { cancelRecording, openUpload } from "@/api/recordings";
import type { SchemaRecordingOpened } from "@/api/schema";
import { GaveUp, sendFile } from "@/api/sending";
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

interface Upload {
  key: number;
  file: File;
  agentId: string;
  abort: AbortController;
  /** What was given up on the way, and is gone on with when it is tried again. */
  opened?: SchemaRecordingOpened;
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

/** Sends files one after the other, each of which can be taken back, or tried again if it failed. */
export function useUploads(agentId: string | null) {
  const client = useQueryClient();
  const [sending, setSending] = useState<Sending[]>([]);
  const uploads = useRef(new Map<number, Upload>());
  const [lane] = useState(() => new Lane());
  const next = useRef(0);

  const change = useCallback((key: number, part: Partial<Sending>) => {
    setSending((all) => all.map((each) => (each.key === key ? { ...each, ...part } : each)));
  }, []);
  const forget = useCallback((key: number) => {
    uploads.current.delete(key);
    setSending((all) => all.filter((each) => each.key !== key));
  }, []);
  const refresh = useCallback(
    () => client.invalidateQueries({ queryKey: ["recordings", "list"] }),
    [client],
  );

  const send = useCallback(
    async (upload: Upload) => {
      const { key, file, abort } = upload;
      if (abort.signal.aborted) return;
      let { opened } = upload;
      delete upload.opened;
      try {
        opened ??= await open(upload);
        const told = {
          onProgress: (share: number) => change(key, { share }),
          onWaiting: (isWaiting: boolean) => change(key, { isWaiting }),
        };
        await sendFile(opened, file, told, abort.signal);
        forget(key);
      } catch (error) {
        if (opened && error instanceof GaveUp) upload.opened = opened;
        else if (opened) await cancel(opened);
        // One that was taken back is no longer in the list.
        change(key, { failure: explain(error).detail });
      }
      await refresh();
    },
    [change, forget, refresh],
  );

  const add = (files: Iterable<File>) => {
    if (!agentId) return;
    for (const file of files) {
      const upload = { key: next.current++, file, agentId, abort: new AbortController() };
      uploads.current.set(upload.key, upload);
      const line = { key: upload.key, name: file.name, share: 0, isWaiting: false, failure: null };
      setSending((all) => [...all, line]);
      lane.add(() => send(upload));
    }
  };
  const retry = (key: number) => {
    const upload = uploads.current.get(key);
    if (!upload) return;
    change(key, { failure: null, isWaiting: false });
    lane.add(() => send(upload));
  };
  const drop = (key: number) => {
    const upload = uploads.current.get(key);
    upload?.abort.abort();
    if (upload?.opened) void cancel(upload.opened).then(refresh);
    forget(key);
  };

  return { sending, add, retry, drop };
}

function open({ file, agentId }: Upload): Promise<SchemaRecordingOpened> {
  return openUpload({
    agent_id: agentId,
    file_name: file.name,
    size_bytes: file.size,
    ...(file.type && { content_type: file.type }),
    occurred_at: new Date(file.lastModified).toISOString(),
  });
}

async function cancel({ id }: SchemaRecordingOpened): Promise<void> {
  await cancelRecording(id).catch(() => undefined);
}
