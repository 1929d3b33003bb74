import { useSyncExternalStore } from "react";
import { startOfDay } from "@/api/days";

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}

function read(): number {
  // Nobody has kept it current without a timer; in steps, since it is asked for twice.
  if (timer === undefined && Date.now() - now > 1000) now = Date.now();
  return now;
}

/** The current time in ms, renewed every second: by one timer for all, so they tick together. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, read);
}

/** When the viewer's day began, as an instant: another one from midnight on. */
export function useToday(): string {
  return useSyncExternalStore(subscribe, readDay);
}

function readDay(): string {
  return startOfDay(new Date(read()));
}
