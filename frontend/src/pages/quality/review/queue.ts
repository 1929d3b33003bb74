import type { EvaluationSummary } from "@/api/evaluations";

/** The evaluation beside another one in the queue; at the ends, the same. */
export function neighbour(
  queue: readonly EvaluationSummary[],
  callId: string | undefined,
  by: -1 | 1,
): EvaluationSummary | undefined {
  const index = queue.findIndex((each) => each.call_id === callId);
  if (index === -1) return queue[0];
  return queue[Math.max(0, Math.min(queue.length - 1, index + by))];
}

/** Where to go when one leaves the queue: the one after it, or else the one before. */
export function afterLeaving(
  queue: readonly EvaluationSummary[],
  callId: string,
): EvaluationSummary | undefined {
  const index = queue.findIndex((each) => each.call_id === callId);
  return queue[index + 1] ?? queue[index - 1];
}

/** The gravest violation of an evaluation; null where there is none. */
export function gravest({ violations }: Pick<EvaluationSummary, "violations">) {
  const order = ["critical", "major", "minor"] as const;
  return order.find((each) => violations.some(({ severity }) => severity === each)) ?? null;
}
