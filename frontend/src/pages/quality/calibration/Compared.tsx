import { Card, Table, Text, Title } from "@mantine/core";
import type { Calibration } from "@/api/calibrations";
import type { PolicyConfig } from "@/api/policies";
import { sayVerdict } from "@/features/evaluation/verdicts";
import { EmptyState } from "@/parts/EmptyState";
import { IconEyeOff } from "@tabler/icons-react";
import { judgedOf } from "./reading";

interface Props {
  calibration: Calibration;
  policy: PolicyConfig;
  callId: string;
}

/** What everybody says of a call, and the model. */
export function Compared({ calibration, policy, callId }: Props) {
  const call = calibration.calls.find((each) => each.call_id === callId);
  if (!call || (call.ratings.length === 0 && !call.model))
    return (
      <Card>
        <EmptyState icon={IconEyeOff} title="Not shown yet">
          Verdicts show once those who rate this call have done so.
        </EmptyState>
      </Card>
    );
  const people = calibration.raters.filter(({ id }) =>
    call.ratings.some(({ rater_id }) => rater_id === id),
  );
  const said = (rater: string, key: string) =>
    call.ratings.find(({ rater_id }) => rater_id === rater)?.results[key]?.verdict;
  return (
    <Card padding={0} component="section" aria-label="Verdicts side by side">
      <Title order={2} p="md" pb="xs">
        Side by side
      </Title>
      {call.failure && (
        <Text size="sm" px="md" pb="xs">
          The model gave no verdicts: {call.failure}
        </Text>
      )}
      <Table.ScrollContainer minWidth={160 + 110 * (people.length + 1)}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Criterion</Table.Th>
              {people.map(({ id, name }) => (
                <Table.Th key={id}>{name}</Table.Th>
              ))}
              <Table.Th>Model</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {judgedOf(policy.criteria).map(({ key, name, scale }) => (
              <Table.Tr key={key}>
                <Table.Td>{name}</Table.Td>
                {people.map(({ id }) => (
                  <Table.Td key={id}>{sayVerdict(said(id, key), scale)}</Table.Td>
                ))}
                <Table.Td>{sayVerdict(call.model?.[key], scale)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}
