import { useDocumentTitle } from "@mantine/hooks";
import { useSyncExternalStore } from "react";

let waiting = 0;
const listeners = new Set<() => void>();

/** How much waits for a person: every tab's title says it, so that it shows from other tabs. */
export function showWaiting(count: number): void {
  waiting = count;
  for (const tell of listeners) tell();
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

/** The name of a page in the browser's tab. */
export function useTitle(page: string): void {
  const count = useSyncExternalStore(subscribe, () => waiting);
  useDocumentTitle(`${count > 0 ? `(${count > 99 ? "99+" : count}) ` : ""}${page} · Ringback`);
}
