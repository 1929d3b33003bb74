import { Skeleton, Stack, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { diffQuery, type FieldChange, type VersionOrDraft } from "@/api/drafts";
import { ErrorState } from "@/parts/ErrorState";
import classes from "./Changes.module.css";
import { asText, placeOf } from "./places";
import { folded } from "./folding";
import { type Word, wordsBetween } from "./wordDiff";

interface Props {
  agentId: string;
  base: VersionOrDraft;
  compare: VersionOrDraft;
  /** The draft's revision: another one may differ otherwise. */
  revision: number;
}

/** What is different between two versions, place by place. */
export function Changes({ agentId, base, compare, revision }: Props) {
  const diff = useQuery(diffQuery(agentId, base, compare, revision));
  if (diff.error) return <ErrorState error={diff.error} onRetry={() => diff.refetch()} />;
  if (!diff.data) return <Skeleton h={96} />;
  if (diff.data.changes.length === 0)
    return (
      <Text size="sm" c="dimmed">
        There is no difference.
      </Text>
    );
  return (
    <Stack gap="md">
      {diff.data.changes.map((change) => (
        <VersionChange key={change.pointer} change={change} />
      ))}
    </Stack>
  );
}

function VersionChange({ change: { pointer, kind, before, after } }: { change: FieldChange }) {
  return (
    <Change
      pointer={pointer}
      before={kind === "added" ? undefined : before}
      after={kind === "removed" ? undefined : after}
    />
  );
}

interface ChangeProps {
  pointer: string;
  /** Left out: there was nothing. */
  before?: unknown;
  after?: unknown;
  /** What the two are called, shown above them; else they are told apart by their colours. */
  captions?: readonly [string, string];
}

/** One place, and what is at it on either side, word by word. */
export function Change({ pointer, before, after, captions }: ChangeProps) {
  const [old, now] = wordsBetween(
    before === undefined ? "" : asText(before, pointer),
    after === undefined ? "" : asText(after, pointer),
  );
  return (
    <div role="group" aria-label={placeOf(pointer)}>
      <Text size="sm" fw={560} mb={4}>
        {placeOf(pointer)}
      </Text>
      <div className={captions ? classes.sides : classes.stacked}>
        {before !== undefined && (
          <Side className={classes.before} label={captions?.[0]} fallback="Before">
            <Words words={old} mark="del" />
          </Side>
        )}
        {after !== undefined && (
          <Side className={classes.after} label={captions?.[1]} fallback="After">
            <Words words={now} mark="ins" />
          </Side>
        )}
      </div>
    </div>
  );
}

/** What did not change for long is folded away until somebody wants to read it. */
function Words({ words, mark: Mark }: { words: Word[]; mark: "del" | "ins" }) {
  return folded(words).map(({ text, isChanged, unread }, index) => {
    if (unread > 0) return <Unchanged key={index} text={text} lines={unread} />;
    return isChanged ? <Mark key={index}>{text}</Mark> : text;
  });
}

function Unchanged({ text, lines }: { text: string; lines: number }) {
  const [isOpen, { open }] = useDisclosure(false);
  if (isOpen)
    return (
      <span tabIndex={-1} ref={(span) => span?.focus({ preventScroll: true })}>
        {text}
      </span>
    );
  return (
    <UnstyledButton className={classes.unchanged} onClick={open}>
      … {lines} lines unchanged …
    </UnstyledButton>
  );
}

interface SideProps {
  className: string | undefined;
  label: string | undefined;
  fallback: string;
  children: ReactNode;
}

function Side({ className, label, fallback, children }: SideProps) {
  return (
    <div>
      {label && (
        <Text size="xs" c="dimmed" mb={2}>
          {label}
        </Text>
      )}
      <div className={className} role="group" aria-label={label ?? fallback}>
        {children}
      </div>
    </div>
  );
}
