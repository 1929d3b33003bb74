import type { Reviewed } from "@/api/review";

/** The record beside another one in the queue; at the ends, the same. */
export function neighbour(
  queue: readonly Reviewed[],
  callId: string | undefined,
  by: -1 | 1,
): Reviewed | undefined {
  const index = queue.findIndex((each) => each.call_id === callId);
  if (index === -1) return queue[0];
  return queue[Math.max(0, Math.min(queue.length - 1, index + by))];
}

/** Where to go when a record leaves the queue: the one after it, or else the one before. */
export function afterLeaving(queue: readonly Reviewed[], callId: string): Reviewed | undefined {
  const index = queue.findIndex((each) => each.call_id === callId);
  return queue[index + 1] ?? queue[index - 1];
}

/** Where one is in the queue: `3 of 28`; of those that are loaded, until all are counted. */
export function placeIn(
  queue: readonly Reviewed[],
  callId: string,
  count: number = queue.length,
): string {
  const place = queue.findIndex((each) => each.call_id === callId) + 1;
  return `${place} of ${Math.max(count, queue.length)} records that need a person to check them.`;
}
