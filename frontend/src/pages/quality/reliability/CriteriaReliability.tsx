import { Button, Card, Group, Skeleton, Table, Text, Title, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconScale } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Fragment, useState } from "react";
import type { Criterion, Policy } from "@/api/policies";
import { type Reliability, reliabilityQuery } from "@/api/reliability";
import { useIsManager } from "@/features/session/useUser";
import { NewCalibrationDialog } from "@/pages/quality/calibration/NewCalibrationDialog";
import { Range } from "@/pages/quality/calibration/Range";
import { sayFigure } from "@/pages/quality/calibration/reading";
import { ErrorState } from "@/parts/ErrorState";
import { Absent } from "@/parts/Instant";
import { StatusBadge } from "@/parts/StatusBadge";
import { decisive, trustOf } from "./trust";
import { Wordings } from "./Wordings";

/** Criterion by criterion: how far people and judge agree, and whether it counts in scores. */
export function CriteriaReliability({ policy }: { policy: Policy }) {
  const found = useQuery(reliabilityQuery(policy.id));
  const isManager = useIsManager();
  const [isOpen, dialog] = useDisclosure(false);
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton h={280} radius="lg" />;
  const isPublished = policy.published_version !== null;
  return (
    <Card padding={0} component="section" aria-label="Agreement with people">
      <Group justify="space-between" align="flex-start" p="md" pb="xs">
        <div style={{ flex: "1 1 320px" }}>
          <Title order={2}>Agreement with people</Title>
          <Text size="sm" c="dimmed" mt={4}>
            {summary(policy, found.data)}
          </Text>
        </div>
        {isManager && policy.archived_at === null && (
          <Button
            variant="default"
            leftSection={<IconScale size={17} aria-hidden />}
            disabled={!isPublished}
            onClick={dialog.open}
          >
            New calibration
          </Button>
        )}
      </Group>
      {policy.criteria.length > 0 && <Criteria policy={policy} found={found.data} />}
      <NewCalibrationDialog opened={isOpen} onClose={dialog.close} policyId={policy.id} />
    </Card>
  );
}

/** What there is, and what to do where there is nothing. */
function summary({ criteria, published_version }: Policy, found: Reliability[]): string {
  if (found.length === 0)
    return criteria.length === 0
      ? "The policy has no criteria yet."
      : "Rules tell all of its criteria: there is no judge to agree with.";
  const measured = found.filter(({ reliable }) => reliable !== null);
  const unreliable = measured.filter(({ reliable }) => !reliable);
  if (measured.length === 0)
    return published_version === null
      ? "Nothing is measured yet. Publish the policy and let it score some calls, then calibrate it."
      : "Nothing is measured yet, and every criterion counts. Calibrate it: people and the judge score the same calls blind.";
  const reliable = `${measured.length - unreliable.length} of ${found.length} judged criteria are reliable`;
  return unreliable.length === 0
    ? `${reliable}; none is left out of scores.`
    : `${reliable}; ${unreliable.length} ${unreliable.length === 1 ? "is" : "are"} left out of scores.`;
}

function Criteria({ policy, found }: { policy: Policy; found: Reliability[] }) {
  const [opened, setOpened] = useState<string | null>(null);
  const of = new Map(found.map((each) => [each.key, each]));
  return (
    <Table.ScrollContainer minWidth={800}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Criterion</Table.Th>
            <Table.Th>Judge</Table.Th>
            <Table.Th style={{ whiteSpace: "nowrap" }}>In scores</Table.Th>
            <Table.Th ta="right">Alpha</Table.Th>
            <Table.Th>95 % interval</Table.Th>
            <Table.Th ta="right">Raters</Table.Th>
            <Table.Th ta="right">Calls</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {policy.criteria.map((criterion) => (
            <Row
              key={criterion.key}
              criterion={criterion}
              found={of.get(criterion.key)}
              isOpen={opened === criterion.key}
              onToggle={() => setOpened(opened === criterion.key ? null : criterion.key)}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface RowProps {
  criterion: Criterion;
  found: Reliability | undefined;
  isOpen: boolean;
  onToggle: () => void;
}

function Row({ criterion, found, isOpen, onToggle }: RowProps) {
  const trust = trustOf(criterion, found);
  const measured = found ? decisive(found) : null;
  const hasMore = found !== undefined && found.measurements.length > 0;
  return (
    <Fragment>
      <Table.Tr style={{ verticalAlign: "baseline" }}>
        <Table.Td miw={220}>
          {hasMore ? (
            <UnstyledButton fz="inherit" aria-expanded={isOpen} onClick={onToggle}>
              <Group gap={6} wrap="nowrap">
                <IconChevronDown
                  size={15}
                  aria-hidden
                  style={{ flex: "none", rotate: isOpen ? "0deg" : "-90deg" }}
                />
                {criterion.name}
              </Group>
            </UnstyledButton>
          ) : (
            <div style={{ paddingLeft: 21 }}>{criterion.name}</div>
          )}
          {trust.advice && (
            <Text size="xs" c="dimmed" pl={21} maw={360}>
              {trust.advice}
            </Text>
          )}
        </Table.Td>
        <Table.Td>
          <StatusBadge label={trust.label} tone={trust.tone} />
        </Table.Td>
        <Table.Td>
          {trust.counts ? "Counts" : criterion.weight > 0 ? <b>Left out</b> : "Weight 0"}
        </Table.Td>
        <Table.Td ta="right" className="figures">
          {measured ? sayFigure(measured.alpha) : <Absent />}
        </Table.Td>
        <Table.Td>
          {measured ? <Range alpha={measured.alpha} interval={measured.interval} /> : <Absent />}
        </Table.Td>
        <Table.Td ta="right" className="figures">
          {measured?.raters ?? <Absent />}
        </Table.Td>
        <Table.Td ta="right" className="figures">
          {measured?.calls ?? <Absent />}
        </Table.Td>
      </Table.Tr>
      {isOpen && found && (
        <Table.Tr>
          <Table.Td colSpan={7}>
            <Wordings measurements={found.measurements} decisive={found.calibration_id} />
          </Table.Td>
        </Table.Tr>
      )}
    </Fragment>
  );
}
