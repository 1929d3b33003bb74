import { Button, Card, Group, Skeleton, Table, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconEraser } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { type Erasure, erasuresQuery, retentionKeys, retryErasure } from "@/api/retention";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { OlderOnes } from "@/parts/OlderOnes";
import { StatusBadge } from "@/parts/StatusBadge";
import type { Tone } from "@/parts/statuses";
import { count } from "@/parts/words";
import { CheckReceipt } from "./CheckReceipt";
import { EraseDialog } from "./EraseDialog";

const STATUSES: Record<Erasure["status"], { label: string; tone: Tone }> = {
  running: { label: "Running", tone: "live" },
  done: { label: "Done", tone: "good" },
  failed: { label: "Failed", tone: "bad" },
};

/** Who and what was erased, with the proof. Of whom it was is not known any more. */
export function Erasures() {
  const erasures = useInfiniteQuery(erasuresQuery);
  const [isErasing, erasing] = useDisclosure(false);
  const [isChecking, checking] = useDisclosure(false);
  const items = erasures.data?.pages.flatMap((page) => page.items);
  return (
    <Card padding={0} component="section">
      <Group justify="space-between" p="lg" pb="md">
        <Title order={2}>Erasures</Title>
        <Group gap="xs">
          <Button variant="default" onClick={checking.open}>
            Check a receipt
          </Button>
          <Button
            color="red"
            variant="light"
            leftSection={<IconEraser size={17} aria-hidden />}
            onClick={erasing.open}
          >
            Erase somebody
          </Button>
        </Group>
      </Group>
      {erasures.error && (
        <ErrorState error={erasures.error} onRetry={() => void erasures.refetch()} />
      )}
      {erasures.isPending && <Skeleton h={120} m="lg" w="auto" />}
      {items?.length === 0 && (
        <EmptyState icon={IconEraser} title="Nobody was erased yet">
          Erasing takes away all that is kept about a number or a call, at Retell too, and gives a
          signed receipt.
        </EmptyState>
      )}
      {items && items.length > 0 && (
        <Table.ScrollContainer minWidth={640}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Status</Table.Th>
                <Table.Th>What</Table.Th>
                <Table.Th>Asked for</Table.Th>
                <Table.Th>Found and removed</Table.Th>
                <Table.Th aria-label="Receipt" />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((erasure) => (
                <Row key={erasure.id} erasure={erasure} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <OlderOnes list={erasures} />
      <EraseDialog opened={isErasing} onClose={erasing.close} />
      <CheckReceipt opened={isChecking} onClose={checking.close} />
    </Card>
  );
}

function Row({ erasure }: { erasure: Erasure }) {
  const client = useQueryClient();
  const retry = useMutation({
    mutationFn: () => retryErasure(erasure.id),
    onSettled: () => client.invalidateQueries({ queryKey: retentionKeys.erasures }),
  });
  const rows = Object.values(erasure.found.tables).reduce((sum, count) => sum + count, 0);
  const calls = erasure.found.tables.calls ?? 0;
  return (
    <Table.Tr>
      <Table.Td>
        <StatusBadge {...STATUSES[erasure.status]} />
        {erasure.error && (
          <Text size="xs" c="dimmed" mt={2}>
            {erasure.error}
          </Text>
        )}
      </Table.Td>
      <Table.Td>{erasure.kind === "call" ? "A call" : "A number"}</Table.Td>
      <Table.Td>
        <Instant at={erasure.created_at} />
      </Table.Td>
      <Table.Td>
        {count(calls, "call")}, {count(rows, "row")} in all
      </Table.Td>
      <Table.Td ta="right">
        {erasure.receipt && (
          <Button size="compact-xs" variant="default" onClick={() => download(erasure)}>
            Receipt
          </Button>
        )}
        {erasure.status === "failed" && (
          <Button
            size="compact-xs"
            variant="default"
            loading={retry.isPending}
            onClick={() => retry.mutate()}
          >
            Try again
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function download(erasure: Erasure): void {
  const written = JSON.stringify(erasure.receipt, null, 2);
  const url = URL.createObjectURL(new Blob([written], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `erasure-${erasure.id}.json`;
  link.click();
  URL.revokeObjectURL(url);
}
