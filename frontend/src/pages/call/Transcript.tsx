import { Card, Group, Text, TextInput, Title } from "@mantine/core";
import { IconMessages, IconPlayerPlayFilled, IconSearch } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import type { CallDetail, Turn } from "@/api/calls";
import type { Place } from "@/api/records";
import { EmptyState } from "@/parts/EmptyState";
import { isOpen } from "@/parts/statuses";
import { asClock } from "@/parts/time";
import { cut, findText, lightQuote, type Stretch } from "./lighting";
import classes from "./Call.module.css";
import type { Player } from "./usePlayer";

interface Props {
  call: CallDetail;
  /** The proof that somebody looks at. */
  lit: Place | null;
  player: Player;
}

export function Transcript({ call, lit, player }: Props) {
  const [searched, setSearched] = useState("");
  const { transcript } = call;
  const stretches = useMemo(
    () => lightQuote(transcript, lit?.quote ?? null, lit?.turns ?? []),
    [transcript, lit],
  );
  const current = currentTurn(transcript, player.atMs);
  const found = transcript.reduce((sum, { text }) => sum + findText(text, searched).length, 0);
  return (
    <Card padding={0} component="section" aria-label="Transcript" className={classes.transcript}>
      <Group justify="space-between" className={classes.head} wrap="nowrap">
        <Title order={2}>Transcript</Title>
        <TextInput
          size="xs"
          aria-label="Search the transcript"
          placeholder="Search"
          leftSection={<IconSearch size={14} aria-hidden />}
          rightSectionWidth={64}
          rightSection={
            searched && (
              <Text size="xs" c="dimmed" role="status">
                {found} found
              </Text>
            )
          }
          value={searched}
          onChange={(event) => setSearched(event.currentTarget.value)}
        />
      </Group>
      {transcript.length === 0 ? (
        <EmptyState icon={IconMessages} title="Nothing was said">
          {isOpen(call.status)
            ? "Words appear here as they are spoken."
            : "The call has no transcript."}
        </EmptyState>
      ) : (
        <Turns
          isLive={call.status === "in_progress"}
          isHeld={lit !== null}
          count={transcript.length}
        >
          {transcript.map((turn) => (
            <TurnLine
              key={turn.turn}
              turn={turn}
              proof={stretches.get(turn.turn)}
              found={findText(turn.text, searched)}
              isCurrent={turn.turn === current}
              onPlay={call.recording_url ? player.playFrom : undefined}
            />
          ))}
        </Turns>
      )}
    </Card>
  );
}

interface TurnsProps {
  isLive: boolean;
  isHeld: boolean;
  count: number;
  children: React.ReactNode;
}

/** Follows what is being said, unless somebody has scrolled up to read. */
function Turns({ isLive, isHeld, count, children }: TurnsProps) {
  const list = useRef<HTMLOListElement>(null);
  const isAtEnd = useRef(true);
  useEffect(() => {
    const { current } = list;
    if (current && isLive && isAtEnd.current && !isHeld) current.scrollTop = current.scrollHeight;
  }, [count, isLive, isHeld]);
  return (
    <ol
      ref={list}
      className={classes.turns}
      // Scrollable areas have to be reachable by keyboard.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      aria-label="What was said"
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < 40;
      }}
    >
      {children}
    </ol>
  );
}

interface TurnProps {
  turn: Turn;
  proof: Stretch[] | undefined;
  found: Stretch[];
  isCurrent: boolean;
  onPlay: ((ms: number) => void) | undefined;
}

function TurnLine({ turn, proof, found, isCurrent, onPlay }: TurnProps) {
  const line = useRef<HTMLLIElement>(null);
  const isProof = proof !== undefined;
  useEffect(() => {
    if (isProof || isCurrent)
      line.current?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }, [isProof, isCurrent]);
  const speaker = SPEAKERS[turn.role];
  const start = turn.start_ms;
  return (
    <li
      ref={line}
      className={classes.turn}
      data-role={turn.role}
      data-current={isCurrent || undefined}
      data-proof={isProof || undefined}
    >
      <div className={classes.speaker}>
        {speaker}
        {start !== null && start !== undefined && (
          <TurnTime start={start} speaker={speaker} onPlay={onPlay} />
        )}
      </div>
      <p className={classes.words}>
        {cut(turn.text, proof ?? found).map(([piece, isLit], index) =>
          isLit ? <mark key={index}>{piece}</mark> : <span key={index}>{piece}</span>,
        )}
      </p>
    </li>
  );
}

const SPEAKERS: Record<Turn["role"], string> = {
  agent: "Agent",
  user: "Caller",
  transfer_target: "Colleague",
};

interface TimeProps {
  start: number;
  speaker: string;
  onPlay: ((ms: number) => void) | undefined;
}

function TurnTime({ start, speaker, onPlay }: TimeProps) {
  if (!onPlay) return <span className="figures">{asClock(start)}</span>;
  return (
    <button
      type="button"
      className={classes.play}
      aria-label={`Play from ${asClock(start)}, ${speaker}`}
      onClick={() => onPlay(start)}
    >
      <IconPlayerPlayFilled size={9} aria-hidden />
      {asClock(start)}
    </button>
  );
}

function currentTurn(transcript: Turn[], atMs: number | null): number | null {
  if (atMs === null) return null;
  return (
    transcript.findLast(({ start_ms }) => start_ms !== null && (start_ms ?? 0) <= atMs)?.turn ??
    null
  );
}
