/** What the review queue shows, as its address has it. */

import { readAssignee } from "@/parts/assignee";

export interface ReviewSearch {
  call?: string;
  /** By which policy, where the call has several evaluations. */
  by?: string;
  status?: "needs_review" | "disputed";
  policy?: string;
  violation?: string;
  /** A user's id, `me` or `nobody`: whose the calls are. */
  assignee?: string;
}

export function readReviewSearch(search: Record<string, unknown>): ReviewSearch {
  const { call, by, status, policy, violation } = search;
  const assignee = readAssignee(search.assignee);
  return {
    ...(typeof call === "string" && { call }),
    ...(typeof by === "string" && { by }),
    ...((status === "needs_review" || status === "disputed") && { status }),
    ...(typeof policy === "string" && { policy }),
    ...(typeof violation === "string" && { violation }),
    ...(assignee && { assignee }),
  };
}
