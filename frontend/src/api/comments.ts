import { queryOptions } from "@tanstack/react-query";
import { callKeys } from "./calls";
import { api, unwrap } from "./client";
import type { SchemaCommentRead } from "./schema";

export type Comment = SchemaCommentRead;

const of = (callId: string) => ({ path: { call_id: callId } });

/** All that people say of a call and of its turns, oldest first. */
export function commentsQuery(callId: string) {
  return queryOptions({
    queryKey: [...callKeys.one(callId), "comments"],
    queryFn: async ({ signal }) => {
      const found: Comment[] = [];
      let cursor: string | undefined;
      do {
        const params = { ...of(callId), query: { limit: 200, cursor } };
        const page = await unwrap(api.GET("/api/v1/calls/{call_id}/comments", { params, signal }));
        found.push(...page.items);
        cursor = page.next_cursor ?? undefined;
      } while (cursor);
      return found;
    },
  });
}

/** Says something of a call, or of one turn of it. */
export function addComment(callId: string, text: string, turn: number | null): Promise<Comment> {
  return unwrap(
    api.POST("/api/v1/calls/{call_id}/comments", { params: of(callId), body: { text, turn } }),
  );
}

export function deleteComment(callId: string, commentId: string): Promise<unknown> {
  const params = { path: { call_id: callId, comment_id: commentId } };
  return unwrap(api.DELETE("/api/v1/calls/{call_id}/comments/{comment_id}", { params }));
}
