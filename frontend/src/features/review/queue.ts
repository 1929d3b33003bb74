/** Something of a call that waits for a person. */
export interface Waiting {
  id: string;
  call_id: string;
  /** Where a call may wait for several things: by which policy. */
  policy_id?: string;
}

/** Which one of a queue: by its call, and by its policy where that is said. */
export interface Wanted {
  call?: string | undefined;
  by?: string | undefined;
}

/** How an address names it. Its id will not do: a correction makes another of it. */
export function namedAs({ call_id, policy_id }: Waiting): { call: string; by?: string } {
  return { call: call_id, ...(policy_id !== undefined && { by: policy_id }) };
}

function indexOf(queue: readonly Waiting[], { call, by }: Wanted): number {
  return queue.findIndex(
    ({ call_id, policy_id }) => call_id === call && (by === undefined || by === policy_id),
  );
}

/** The one that is wanted, or else the first. */
export function shownOf<T extends Waiting>(queue: readonly T[], wanted: Wanted): T | undefined {
  return queue[indexOf(queue, wanted)] ?? queue[0];
}

/** The one beside another in the queue; at the ends, the same. */
export function neighbour<T extends Waiting>(
  queue: readonly T[],
  of: Waiting | undefined,
  by: -1 | 1,
): T | undefined {
  const index = of ? indexOf(queue, namedAs(of)) : -1;
  if (index === -1) return queue[0];
  return queue[Math.max(0, Math.min(queue.length - 1, index + by))];
}

/** Where to go when one leaves the queue: the one after it, or else the one before. */
export function afterLeaving<T extends Waiting>(queue: readonly T[], left: Waiting): T | undefined {
  const index = indexOf(queue, namedAs(left));
  return queue[index + 1] ?? queue[index - 1];
}

/** Where one is in the queue: `3 of 28`; of those that are loaded, until all are counted. */
export function placeIn(
  queue: readonly Waiting[],
  shown: Waiting,
  count: number = queue.length,
): string {
  const place = indexOf(queue, namedAs(shown)) + 1;
  return `${place} of ${Math.max(count, queue.length)}`;
}
