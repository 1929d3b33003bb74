import { Group, Table, Text } from "@mantine/core";
import type { Policy } from "@/api/policies";
import type { PolicyTrial } from "@/api/policyBacktests";
import { sayScore, sayVerdict } from "@/features/evaluation/verdicts";
import { CallLink } from "@/pages/quality/calls/CallLink";
import { StatusBadge } from "@/parts/StatusBadge";
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
            <Table.Tr key={trial.call_id} style={{ verticalAlign: "baseline" }}>
              <Table.Td>
                <CallLink callId={trial.call_id} policyId={policy.id} call={trial.call} />
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
