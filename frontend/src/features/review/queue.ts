/** Something of a call that waits for a person. */
export interface Waiting {
  id: string;
  call_id: string;
}

/** The one whose call is wanted, or else the first. */
export function shownOf<T extends Waiting>(queue: readonly T[], wanted?: string): T | undefined {
  return queue.find((each) => each.call_id === wanted) ?? queue[0];
}

/** The one beside another in the queue; at the ends, the same. */
export function neighbour<T extends Waiting>(
  queue: readonly T[],
  callId: string | undefined,
  by: -1 | 1,
): T | undefined {
  const index = queue.findIndex((each) => each.call_id === callId);
  if (index === -1) return queue[0];
  return queue[Math.max(0, Math.min(queue.length - 1, index + by))];
}

/** Where to go when one leaves the queue: the one after it, or else the one before. */
export function afterLeaving<T extends Waiting>(
  queue: readonly T[],
  callId: string,
): T | undefined {
  const index = queue.findIndex((each) => each.call_id === callId);
  return queue[index + 1] ?? queue[index - 1];
}

/** Where one is in the queue: `3 of 28`; of those that are loaded, until all are counted. */
export function placeIn(
  queue: readonly Waiting[],
  callId: string,
  count: number = queue.length,
): string {
  const place = queue.findIndex((each) => each.call_id === callId) + 1;
  return `${place} of ${Math.max(count, queue.length)}`;
}
