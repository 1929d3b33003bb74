import { useEffect, useState } from "react";
import type { DraftChanges } from "@/api/drafts";
import { useUser } from "@/features/session/useUser";

interface Unsaved {
  /** The draft's revision that the changes were made to. */
  revision: number;
  changes: DraftChanges;
}

/**
 * What was changed of an agent and not saved, kept by the browser's tab: the session may end, or
 * the page be loaded anew, while somebody writes. Another person who logs in sees nothing of it.
 */
export function useUnsaved(agentId: string) {
  const key = `ringback-unsaved:${useUser().id}:${agentId}`;
  const [kept] = useState(() => read(key));
  return { key, kept };
}

/** Keeps it from now on; null: there is nothing to keep. */
export function useKeeping(key: string, unsaved: Unsaved | null): void {
  const text = unsaved && JSON.stringify(unsaved);
  useEffect(() => {
    if (text === null) forget(key);
    else write(key, text);
  }, [key, text]);
}

export function forget(key: string): void {
  sessionStorage.removeItem(key);
}

function read(key: string): Unsaved | null {
  const text = sessionStorage.getItem(key);
  return text === null ? null : (JSON.parse(text) as Unsaved);
}

function write(key: string, text: string): void {
  try {
    sessionStorage.setItem(key, text);
  } catch {
    // Too long for the browser: then it is only on the page, as everything once was.
  }
}
