/** What the review queue shows, as its address has it. */

export interface ReviewSearch {
  call?: string;
  status?: "needs_review" | "disputed";
  policy?: string;
  violation?: string;
}

export function readReviewSearch(search: Record<string, unknown>): ReviewSearch {
  const { call, status, policy, violation } = search;
  return {
    ...(typeof call === "string" && { call }),
    ...((status === "needs_review" || status === "disputed") && { status }),
    ...(typeof policy === "string" && { policy }),
    ...(typeof violation === "string" && { violation }),
  };
}
