import { ActionIcon, Button, Group, Text, Textarea, Tooltip } from "@mantine/core";
import { IconMessagePlus, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { addComment, type Comment, commentsQuery, deleteComment } from "@/api/comments";
import { useIsAdmin, useUser } from "@/features/session/useUser";
import { explain } from "@/parts/explain";
import { Instant } from "@/parts/Instant";
import classes from "./Thread.module.css";

interface Props {
  callId: string;
  /** Null: what is said of the call as a whole. */
  turn: number | null;
  /** What the button is about: `Comment at 0:09`. */
  label: string;
}

/** What people say of a turn, and where one says something oneself. */
export function Thread({ callId, turn, label }: Props) {
  const comments = useQuery(commentsQuery(callId));
  const [isWriting, setWriting] = useState(false);
  const own = (comments.data ?? []).filter((each) => each.turn === turn);
  return (
    <div className={classes.thread} data-empty={(own.length === 0 && !isWriting) || undefined}>
      {own.length > 0 && (
        <ul className={classes.comments} aria-label={`Comments: ${label}`}>
          {own.map((comment) => (
            <Said key={comment.id} callId={callId} comment={comment} />
          ))}
        </ul>
      )}
      {isWriting ? (
        <Form callId={callId} turn={turn} label={label} onDone={() => setWriting(false)} />
      ) : (
        <button
          type="button"
          className={classes.add}
          aria-label={label}
          onClick={() => setWriting(true)}
        >
          <IconMessagePlus size={14} aria-hidden />
          Comment
        </button>
      )}
    </div>
  );
}

function Said({ callId, comment }: { callId: string; comment: Comment }) {
  const { id: own } = useUser();
  const isAdmin = useIsAdmin();
  const client = useQueryClient();
  const { queryKey } = commentsQuery(callId);
  const remove = useMutation({
    mutationFn: () => deleteComment(callId, comment.id),
    onSuccess: () => client.invalidateQueries({ queryKey }),
  });
  return (
    <li className={classes.comment}>
      <Group gap={6} justify="space-between" wrap="nowrap">
        <Text size="xs" c="dimmed">
          <strong>{comment.by_name}</strong> · <Instant at={comment.created_at} />
        </Text>
        {(isAdmin || comment.by === own) && (
          <Tooltip label="Delete">
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              aria-label={`Delete the comment by ${comment.by_name}`}
              loading={remove.isPending}
              onClick={() => remove.mutate()}
            >
              <IconTrash size={13} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
      <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {comment.text}
      </Text>
      {remove.error && (
        <Text size="xs" c="red" role="alert">
          {explain(remove.error).detail}
        </Text>
      )}
    </li>
  );
}

function Form({ callId, turn, label, onDone }: Props & { onDone: () => void }) {
  const [text, setText] = useState("");
  const client = useQueryClient();
  const { queryKey } = commentsQuery(callId);
  const add = useMutation({
    mutationFn: () => addComment(callId, text.trim(), turn),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey });
      onDone();
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (text.trim() !== "") add.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Textarea
        aria-label={label}
        rows={2}
        data-autofocus
        // It was asked for.
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        value={text}
        error={add.error && explain(add.error).detail}
        onChange={({ currentTarget: { value } }) => setText(value)}
        onKeyDown={({ key }) => {
          if (key === "Escape" && text === "") onDone();
        }}
      />
      <Group justify="flex-end" gap="xs" mt={6}>
        <Button size="compact-xs" variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button
          size="compact-xs"
          type="submit"
          disabled={text.trim() === ""}
          loading={add.isPending}
        >
          Comment
        </Button>
      </Group>
    </form>
  );
}
