import { useDebouncedValue } from "@mantine/hooks";
import { Spotlight } from "@mantine/spotlight";
import { IconMessageSearch, IconPhone, IconRobot, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { agentsQuery } from "@/api/agents";
import { type CallSummary, callsQuery } from "@/api/calls";
import { searchQuery } from "@/api/search";
import { otherParty } from "@/parts/party";
import { formatPhone } from "@/parts/phone";
import { type Command, matching, shortened } from "./commands";

const FOUND = 5;
const MOMENTS = 3;
const SHORTEST = 2;

interface Props {
  commands: Command[];
  /** Whom or what a call is about. */
  callName: (call: CallSummary) => string | null;
}

/** Goes to a page, an agent or a call by what one types; opened by Ctrl+K. */
export function Palette({ commands, callName }: Props) {
  const navigate = useNavigate();
  const [query, setQuery] = useState("");
  const [wanted] = useDebouncedValue(query.trim(), 200);
  const agents = useQuery(agentsQuery);
  const isSearching = wanted.length >= SHORTEST;
  const calls = useInfiniteQuery({
    ...callsQuery({ q: wanted }, FOUND),
    enabled: isSearching,
  });
  const found = isSearching ? (calls.data?.pages[0]?.items ?? []) : [];
  const moments = useQuery({ ...searchQuery({ q: wanted }, MOMENTS), enabled: isSearching });
  const said = isSearching && !moments.isPlaceholderData ? (moments.data?.items ?? []) : [];
  const named = matching(
    query,
    (agents.data ?? []).filter(({ archived_at }) => archived_at === null),
    ({ name }) => name,
  );
  const phoneOf = (call: CallSummary) => {
    const party = otherParty(call);
    return party && formatPhone(party);
  };
  const nameOf = (id: string) => agents.data?.find((agent) => agent.id === id)?.name;
  return (
    <Spotlight.Root query={query} onQueryChange={setQuery} shortcut="mod + K" clearQueryOnClose>
      <Spotlight.Search
        placeholder="Find a page, a call or an agent"
        aria-label="Find a page, a call or an agent"
        leftSection={<IconSearch size={18} aria-hidden />}
      />
      <Spotlight.ActionsList>
        {matching(query, commands, ({ label }) => label).map(({ label, icon: Icon, act }) => (
          <Spotlight.Action
            key={label}
            label={label}
            leftSection={<Icon size={18} aria-hidden />}
            onClick={act}
          />
        ))}
        {query !== "" &&
          named.map(({ id, name }) => (
            <Spotlight.Action
              key={id}
              label={name}
              description="Agent"
              leftSection={<IconRobot size={18} aria-hidden />}
              onClick={() => void navigate({ to: "/agents/$agentId", params: { agentId: id } })}
            />
          ))}
        {found.map((call) => (
          <Spotlight.Action
            key={call.id}
            label={callName(call) ?? call.id}
            description={["Call", nameOf(call.agent_id), phoneOf(call)].filter(Boolean).join(" · ")}
            leftSection={<IconPhone size={18} aria-hidden />}
            onClick={() => void navigate({ to: "/calls/$callId", params: { callId: call.id } })}
          />
        ))}
        {said.map(({ call_id: callId, turns, lines, call }) => (
          <Spotlight.Action
            key={`${callId} ${turns[0]}`}
            label={shortened({ lines })}
            description={`What was said · ${nameOf(call.agent_id) ?? ""}`}
            leftSection={<IconMessageSearch size={18} aria-hidden />}
            onClick={() =>
              void navigate({ to: "/calls/$callId", params: { callId }, search: { turns } })
            }
          />
        ))}
        {isSearching && (
          <Spotlight.Action
            label={`Search calls for “${wanted}”`}
            leftSection={<IconSearch size={18} aria-hidden />}
            onClick={() => void navigate({ to: "/calls", search: { q: wanted } })}
          />
        )}
        {isSearching && (
          <Spotlight.Action
            label={`Find the moment of “${wanted}”`}
            leftSection={<IconMessageSearch size={18} aria-hidden />}
            onClick={() => void navigate({ to: "/search", search: { q: wanted } })}
          />
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
