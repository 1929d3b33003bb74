import { Card, Group, Text } from "@mantine/core";
import { IconPlayerPlayFilled, IconSparkles } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Passage } from "@/api/search";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { useCallName } from "@/features/agents/useCallName";
import { SPEAKERS } from "@/features/transcript/speakers";
import { Instant } from "@/parts/Instant";
import { otherParty } from "@/parts/party";
import { formatPhone } from "@/parts/phone";
import { asClock } from "@/parts/time";
import classes from "./Search.module.css";

interface Props {
  passage: Passage;
  /** Whether more of the same can be found. */
  hasMore: boolean;
}

/** A moment of a call: whose it is, and what was said with the hits lit. */
export function FoundPassage({ passage, hasMore }: Props) {
  const { call, call_id: callId, turns, start_ms: startMs, lines } = passage;
  const agentName = useAgentNames();
  const callName = useCallName();
  const party = otherParty(call);
  const name = callName(call) ?? (party ? formatPhone(party) : "Recording");
  return (
    <Card component="article" padding="md" aria-label={name}>
      <Group justify="space-between" gap="xs" mb={6}>
        <Link to="/calls/$callId" params={{ callId }} search={{ turns }} className={classes.name}>
          {name}
        </Link>
        <Text size="sm" c="dimmed">
          {agentName(call.agent_id)} · <Instant at={call.created_at} />
        </Text>
      </Group>
      {lines.map(({ role, pieces }, index) => (
        <p key={index} className={classes.said}>
          <span className={classes.speaker}>{role === null ? "" : SPEAKERS[role]}</span>
          <span>
            {pieces.map(({ text, is_hit: isHit }, place) =>
              isHit ? <mark key={place}>{text}</mark> : <span key={place}>{text}</span>,
            )}
          </span>
        </p>
      ))}
      <Group gap="lg">
        {call.has_sound && startMs !== null && (
          <Link
            to="/calls/$callId"
            params={{ callId }}
            search={{ turns, play: true }}
            className={classes.way}
            aria-label={`Play from ${asClock(startMs)}, ${name}`}
          >
            <IconPlayerPlayFilled size={10} aria-hidden /> {asClock(startMs)}
          </Link>
        )}
        {hasMore && (
          <Link
            to="/search"
            search={{ like: callId, turn: turns[0] }}
            className={classes.way}
            aria-label={`More like this, ${name}`}
          >
            <IconSparkles size={12} aria-hidden /> More like this
          </Link>
        )}
      </Group>
    </Card>
  );
}
