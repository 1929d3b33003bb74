import { Button, Skeleton, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Fragment, useState } from "react";
import type { Policy } from "@/api/policies";
import { policyTrialsQuery } from "@/api/policyBacktests";
import type { GoldenRun } from "@/api/reliability";
import { usePersonNames } from "@/features/session/usePersonNames";
import { MovedCalls } from "@/pages/quality/policies/MovedCalls";
import { ErrorState } from "@/parts/ErrorState";
import { Absent, Instant } from "@/parts/Instant";
import { StatusBadge } from "@/parts/StatusBadge";
import { humanise } from "@/parts/words";
import { percentOf } from "./trust";

interface Props {
  policy: Policy;
  runs: GoldenRun[];
}

/** The runs that were measured, with where the judge agrees less than before. */
export function GoldenRunTable({ policy, runs }: Props) {
  const [opened, setOpened] = useState<string | null>(null);
  const person = usePersonNames();
  const nameOf = (key: string) =>
    policy.criteria.find((each) => each.key === key)?.name ?? humanise(key);
  if (runs.length === 0) return null;
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Run</Table.Th>
            <Table.Th>Judge</Table.Th>
            <Table.Th ta="right">Calls</Table.Th>
            <Table.Th ta="right">Agreement</Table.Th>
            <Table.Th>Less than before</Table.Th>
            <Table.Th />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => (
            <Fragment key={run.id}>
              <Table.Tr style={{ verticalAlign: "baseline" }}>
                <Table.Td>
                  <Instant at={run.created_at} />
                  <Text size="xs" c="dimmed">
                    {run.created_by === null ? "by itself" : (person(run.created_by) ?? "by hand")}
                  </Text>
                </Table.Td>
                <Table.Td>
                  Version {run.policy_version}
                  <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                    {run.model}
                  </Text>
                </Table.Td>
                <Table.Td ta="right" className="figures">
                  {run.done}
                  {run.failed > 0 && (
                    <Text size="xs" c="dimmed">
                      {run.failed} failed
                    </Text>
                  )}
                </Table.Td>
                <Table.Td ta="right" className="figures">
                  <Percent run={run} />
                </Table.Td>
                <Table.Td>
                  {run.dropped.length === 0 ? (
                    <StatusBadge label="No drop" tone="good" />
                  ) : (
                    run.dropped.map(({ key, before, after }) => (
                      <Text key={key} size="sm" className="figures">
                        <StatusBadge label="Drop" tone="bad" /> {nameOf(key)}: {Math.round(before)}{" "}
                        → {Math.round(after)} %
                      </Text>
                    ))
                  )}
                </Table.Td>
                <Table.Td ta="right">
                  <Button
                    size="compact-xs"
                    variant="default"
                    aria-expanded={opened === run.id}
                    onClick={() => setOpened(opened === run.id ? null : run.id)}
                  >
                    {opened === run.id ? "Hide" : "Where they differ"}
                  </Button>
                </Table.Td>
              </Table.Tr>
              {opened === run.id && (
                <Table.Tr>
                  <Table.Td colSpan={6}>
                    <Differing policy={policy} run={run} />
                  </Table.Td>
                </Table.Tr>
              )}
            </Fragment>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Percent({ run }: { run: GoldenRun }) {
  const percent = percentOf(run, null);
  return percent === null ? <Absent /> : <>{Math.round(percent)} %</>;
}

/** Call by call, what people say and what the judge says now. */
function Differing({ policy, run }: { policy: Policy; run: GoldenRun }) {
  const trials = useQuery(policyTrialsQuery({ id: run.id, policy_id: policy.id }, run.done));
  if (trials.error)
    return <ErrorState error={trials.error} onRetry={() => void trials.refetch()} />;
  if (!trials.data) return <Skeleton h={80} />;
  const differing = trials.data.filter(
    ({ moved, failure }) => moved.length > 0 || failure !== null,
  );
  if (differing.length === 0)
    return (
      <Text size="sm" c="dimmed">
        The judge says of every call what people say.
      </Text>
    );
  return <MovedCalls trials={differing} policy={policy} label="People → judge" />;
}
