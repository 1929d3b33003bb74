import { Anchor, Group, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Policy } from "@/api/policies";
import type { PolicyTrial } from "@/api/policyBacktests";
import { useAgentNames } from "@/features/agents/useAgentNames";
import { useCallName } from "@/features/agents/useCallName";
import { sayScore, sayVerdict } from "@/features/evaluation/verdicts";
import { otherParty } from "@/parts/party";
import { formatPhone } from "@/parts/phone";
import { StatusBadge } from "@/parts/StatusBadge";
import { briefly } from "@/parts/time";
import { humanise } from "@/parts/words";
import { effectOf } from "./effects";

interface Props {
  trials: PolicyTrial[];
  policy: Policy;
  /** Whose verdicts come first: those that are there, or those that people gave. */
  label: string;
  /** Whether scores and what passes are shown beside the verdicts. */
  withScores?: boolean;
}

/** Calls with verdicts that come out otherwise, each by what people know it by. */
export function MovedCalls({ trials, policy, label, withScores = false }: Props) {
  const asked = new Map(policy.criteria.map((each) => [each.key, each]));
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Call</Table.Th>
            {withScores && <Table.Th>Score</Table.Th>}
            <Table.Th>{label}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {trials.map((trial) => (
            <Table.Tr key={trial.call_id} style={{ verticalAlign: "top" }}>
              <Table.Td>
                <Named trial={trial} />
              </Table.Td>
              {withScores && (
                <Table.Td style={{ whiteSpace: "nowrap" }}>
                  <Effect trial={trial} />
                </Table.Td>
              )}
              <Table.Td>
                {trial.failure && <Text size="sm">{trial.failure}</Text>}
                {trial.moved.map(({ key, before, after }) => (
                  <Text key={key} size="sm">
                    {asked.get(key)?.name ?? humanise(key)}:{" "}
                    <Text span inherit c="dimmed">
                      {sayVerdict(before, asked.get(key)?.scale)}
                    </Text>{" "}
                    → <b>{sayVerdict(after, asked.get(key)?.scale)}</b>
                  </Text>
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Named({ trial: { call_id, call } }: { trial: PolicyTrial }) {
  const callName = useCallName();
  const agentName = useAgentNames();
  const number = otherParty(call);
  const name = callName(call) ?? (number ? formatPhone(number) : "Call");
  return (
    <>
      <Anchor
        size="sm"
        fw={560}
        renderRoot={(props) => (
          <Link
            {...props}
            to="/calls/$callId"
            params={{ callId: call_id }}
            search={{ tab: "evaluation" }}
          />
        )}
      >
        {name}
      </Anchor>
      <Text size="xs" c="dimmed" className="figures">
        {agentName(call.agent_id)} · {briefly(call.created_at)}
      </Text>
    </>
  );
}

function Effect({ trial }: { trial: PolicyTrial }) {
  const effect = effectOf(trial);
  return (
    <>
      <span className="figures">
        {sayScore(trial.score_before)} → {sayScore(trial.score_after)}
      </span>
      {effect && (
        <Group mt={4}>
          <StatusBadge {...effect} />
        </Group>
      )}
    </>
  );
}
