import { Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ReactNode } from "react";
import { asText } from "./asText";
import classes from "./Changes.module.css";
import { folded } from "./folding";
import { type Word, wordsBetween } from "./wordDiff";

interface ChangeProps {
  /** What people call the place. */
  label: string;
  pointer: string;
  /** Left out: there was nothing. */
  before?: unknown;
  after?: unknown;
  /** What the two are called, shown above them; else they are told apart by their colours. */
  captions?: readonly [string, string];
}

/** One place, and what is at it on either side, word by word. */
export function Change({ label, pointer, before, after, captions }: ChangeProps) {
  const [old, now] = wordsBetween(
    before === undefined ? "" : asText(before, pointer),
    after === undefined ? "" : asText(after, pointer),
  );
  return (
    <div role="group" aria-label={label}>
      <Text size="sm" fw={560} mb={4}>
        {label}
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
