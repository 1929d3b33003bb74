import { useEffect, useState } from "react";
import { useUser } from "@/features/session/useUser";

interface Unsaved<Changes> {
  /** The draft's revision that the changes were made to. */
  revision: number;
  changes: Changes;
}

/**
 * What was changed of a draft and not saved, kept by the browser's tab: the session may end, or
 * the page be loaded anew, while somebody writes. Another person who logs in sees nothing of it.
 */
export function useUnsaved<Changes>(draftId: string) {
  const key = `ringback-unsaved:${useUser().id}:${draftId}`;
  const [kept] = useState(() => read<Changes>(key));
  return { key, kept };
}

/** Keeps it from now on; null: there is nothing to keep. */
export function useKeeping(key: string, unsaved: Unsaved<unknown> | null): void {
  const text = unsaved && JSON.stringify(unsaved);
  useEffect(() => {
    if (text === null) forget(key);
    else write(key, text);
  }, [key, text]);
}

export function forget(key: string): void {
  sessionStorage.removeItem(key);
}

function read<Changes>(key: string): Unsaved<Changes> | null {
  const text = sessionStorage.getItem(key);
  return text === null ? null : (JSON.parse(text) as Unsaved<Changes>);
}

function write(key: string, text: string): void {
  try {
    sessionStorage.setItem(key, text);
  } catch {
    // Too long for the browser: then it is only on the page, as everything once was.
  }
}
