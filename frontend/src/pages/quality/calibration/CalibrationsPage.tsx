import { Anchor, Button, Card, Skeleton, Table } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconScale } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { calibrationsQuery } from "@/api/calibrations";
import { policiesQuery } from "@/api/policies";
import { useIsManager } from "@/features/session/useUser";
import { QualityFrame } from "@/pages/quality/frame/QualityFrame";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { OlderOnes } from "@/parts/OlderOnes";
import { PageHeader } from "@/parts/PageHeader";
import { StatusBadge } from "@/parts/StatusBadge";
import { NewCalibrationDialog } from "./NewCalibrationDialog";

/** How far the judge can be trusted: people and the model score the same calls blind. */
export function CalibrationsPage() {
  const isManager = useIsManager();
  const [isOpen, dialog] = useDisclosure(false);
  return (
    <QualityFrame>
      <PageHeader
        title="Calibration"
        description="People and the model score the same calls blind. It shows which criteria can be trusted."
      >
        {isManager && (
          <Button leftSection={<IconScale size={17} aria-hidden />} onClick={dialog.open}>
            New calibration
          </Button>
        )}
      </PageHeader>
      <List />
      <NewCalibrationDialog opened={isOpen} onClose={dialog.close} />
    </QualityFrame>
  );
}

function List() {
  const found = useInfiniteQuery(calibrationsQuery);
  const policies = useQuery(policiesQuery);
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton h={240} radius="lg" />;
  const items = found.data.pages.flatMap((page) => page.items);
  if (items.length === 0)
    return (
      <Card>
        <EmptyState icon={IconScale} title="Nothing was calibrated yet">
          Have two or more people score the same calls without seeing the model&rsquo;s verdicts.
          Criteria on which they do not agree are left out of scores.
        </EmptyState>
      </Card>
    );
  const nameOf = (id: string) => policies.data?.find((each) => each.id === id)?.name ?? "–";
  return (
    <Card padding={0}>
      <Table.ScrollContainer minWidth={560}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Policy</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th ta="right">Calls</Table.Th>
              <Table.Th ta="right">Rated</Table.Th>
              <Table.Th>Started</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((each) => (
              <Table.Tr key={each.id}>
                <Table.Td>
                  <Anchor
                    inherit
                    renderRoot={(props) => (
                      <Link
                        {...props}
                        to="/quality/calibrations/$calibrationId"
                        params={{ calibrationId: each.id }}
                      />
                    )}
                  >
                    {nameOf(each.policy_id)}, version {each.policy_version}
                  </Anchor>
                </Table.Td>
                <Table.Td>
                  {each.status === "done" ? (
                    <StatusBadge label="Measured" tone="good" />
                  ) : (
                    <StatusBadge label="Being rated" tone="waiting" />
                  )}
                </Table.Td>
                <Table.Td ta="right" className="figures">
                  {each.progress.calls}
                </Table.Td>
                <Table.Td ta="right" className="figures">
                  {each.progress.rated} of {each.progress.of}
                </Table.Td>
                <Table.Td>
                  <Instant at={each.created_at} relative />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <OlderOnes list={found} />
    </Card>
  );
}
