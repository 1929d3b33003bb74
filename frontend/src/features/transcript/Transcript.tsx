import { Card, Group, Text, Title } from "@mantine/core";
import { IconMessages, IconPlayerPlayFilled } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import type { CallDetail, Turn } from "@/api/calls";
import type { Place } from "@/api/records";
import { EmptyState } from "@/parts/EmptyState";
import { isOpen } from "@/parts/statuses";
import { asClock } from "@/parts/time";
import { momentAt } from "./moments";
import { cut, findText, lightQuote, type Piece, type Stretch } from "./lighting";
import { Thread } from "./Thread";
import classes from "./Transcript.module.css";
import { speakersOf } from "./speakers";
import { TranscriptSearch } from "./TranscriptSearch";
import type { Player } from "./usePlayer";

interface Props {
  call: CallDetail;
  /** The proof that somebody looks at. */
  lit: Place | null;
  player: Player;
  /** Whether what people say of the call is left out, as where it is rated blind. */
  isBlind?: boolean;
}

export function Transcript({ call, lit, player, isBlind = false }: Props) {
  const [searched, setSearched] = useState("");
  const [match, setMatch] = useState(0);
  const { transcript } = call;
  const stretches = useMemo(
    () => lightQuote(transcript, lit?.quote ?? null, lit?.turns ?? []),
    [transcript, lit],
  );
  const speakers = useMemo(() => speakersOf(transcript), [transcript]);
  const current = currentTurn(transcript, player.atMs);
  const found = useMemo(
    () => transcript.map(({ text }) => findText(text, searched)),
    [transcript, searched],
  );
  const before = useMemo(() => {
    const counts = [0];
    for (const { length } of found) counts.push((counts.at(-1) ?? 0) + length);
    return counts;
  }, [found]);
  const count = before.at(-1) ?? 0;
  const at = Math.min(match, Math.max(0, count - 1));
  return (
    <Card padding={0} component="section" aria-label="Transcript" className={classes.transcript}>
      <Group justify="space-between" className={classes.head} wrap="nowrap">
        <Title order={2}>Transcript</Title>
        <TranscriptSearch
          searched={searched}
          count={count}
          at={at}
          onSearch={(text) => {
            setSearched(text);
            setMatch(0);
          }}
          onGo={(by) => setMatch((at + by + count) % count)}
        />
      </Group>
      {transcript.some((turn) => turn.is_voice_approximate) && (
        <Text size="sm" c="dimmed" className={classes.note}>
          Voices were told apart by their sound alone, so some words may be with the wrong speaker.
          Listen where it matters, and swap the speakers where they are mixed up.
        </Text>
      )}
      {transcript.length === 0 ? (
        <EmptyState icon={IconMessages} title={WAITING[call.status] ?? "Nothing was said"}>
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
          {transcript.map((turn, index) => (
            <TurnLine
              key={turn.turn}
              turn={turn}
              speaker={speakers[index] ?? ""}
              proof={stretches.get(turn.turn)}
              found={found[index] ?? []}
              match={at - (before[index] ?? 0)}
              isCurrent={turn.turn === current}
              onPlay={call.recording_url ? player.playFrom : undefined}
            >
              {!isBlind && (
                <Thread callId={call.id} turn={turn.turn} label={`Comment at ${placeOf(turn)}`} />
              )}
            </TurnLine>
          ))}
        </Turns>
      )}
      {!isBlind && transcript.length > 0 && (
        <div className={classes.foot}>
          <Thread callId={call.id} turn={null} label="Comment on the call" />
        </div>
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
      // A new turn is read out; while one reads an old call, nothing is.
      aria-live={isLive ? "polite" : undefined}
      aria-relevant="additions text"
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
  speaker: string;
  proof: Stretch[] | undefined;
  found: Stretch[];
  /** Which of those found is looked at, counted from here; others are elsewhere. */
  match: number;
  isCurrent: boolean;
  onPlay: ((ms: number) => void) | undefined;
  /** What people say of it. */
  children: React.ReactNode;
}

function TurnLine(props: TurnProps) {
  const { turn, speaker, proof, found, match, isCurrent, onPlay, children } = props;
  const line = useRef<HTMLLIElement>(null);
  const isProof = proof !== undefined;
  useEffect(() => {
    if (isProof || isCurrent)
      line.current?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }, [isProof, isCurrent]);
  const start = turn.start_ms;
  const canPlay = onPlay !== undefined && !!turn.words?.length;
  return (
    <li
      ref={line}
      className={classes.turn}
      data-role={turn.role}
      data-backchannel={turn.is_backchannel || undefined}
      data-current={isCurrent || undefined}
      data-proof={isProof || undefined}
    >
      <div className={classes.speaker}>
        {speaker}
        {turn.is_backchannel && ", listening"}
        {start !== null && start !== undefined && (
          <TurnTime start={start} speaker={speaker} onPlay={onPlay} />
        )}
      </div>
      {/* A shortcut for pointers to what the button above does for every turn. */}
      {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions */}
      <p
        className={classes.words}
        data-playable={canPlay || undefined}
        onClick={(event) => {
          const at = canPlay ? momentAt(turn, event.clientX, event.clientY) : null;
          if (at !== null) onPlay?.(at);
        }}
      >
        {cut(turn.text, proof ?? [], found).map((piece, index) => (
          <Words key={index} piece={piece} isMatch={piece.found === match} />
        ))}
      </p>
      {children}
    </li>
  );
}

function Words({ piece, isMatch }: { piece: Piece; isMatch: boolean }) {
  const mark = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isMatch) mark.current?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }, [isMatch, piece.text]);
  if (!piece.isLit && piece.found === null) return <span>{piece.text}</span>;
  return (
    <mark
      ref={mark}
      data-found={piece.found !== null || undefined}
      aria-current={isMatch || undefined}
    >
      {piece.text}
    </mark>
  );
}

const WAITING: Partial<Record<CallDetail["status"], string>> = {
  scheduled: "Waiting for its time",
  queued: "Waiting for a free line",
  dialing: "Waiting for the call to connect",
  in_progress: "Nothing has been said yet",
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

function placeOf({ turn, start_ms: start }: Turn): string {
  return start === null || start === undefined ? `turn ${turn}` : asClock(start);
}

function currentTurn(transcript: Turn[], atMs: number | null): number | null {
  if (atMs === null) return null;
  return (
    transcript.findLast(({ start_ms }) => start_ms !== null && (start_ms ?? 0) <= atMs)?.turn ??
    null
  );
}
