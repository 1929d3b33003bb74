import { Card, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type RecordForm, recordFormQuery } from "@/api/agents";
import type { CallDetail } from "@/api/calls";
import { type CallRecord, revisionsQuery } from "@/api/records";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { RecordStatusBadge } from "@/parts/StatusBadge";
import { dataOf, differencesBetween, schemaAt } from "@/features/record/fields";
import type { Json } from "@/api/json";
import { labelOf, showValue } from "@/features/record/values";

/** All that the record has been, newest first, each with what it changed. */
export function Revisions({ call }: { call: CallDetail }) {
  const revisions = useQuery(revisionsQuery(call.id));
  const form = useQuery(recordFormQuery(call.agent_id, call.agent_version));
  if (revisions.isPending) return <Skeleton height={240} radius="lg" />;
  if (revisions.isError)
    return <ErrorState error={revisions.error} onRetry={() => void revisions.refetch()} />;
  if (revisions.data.length === 0)
    return (
      <Card>
        <EmptyState icon={IconHistory} title="No revision yet">
          The first one is made when the call is over.
        </EmptyState>
      </Card>
    );
  return (
    <Stack gap="md">
      {revisions.data
        .map((record, index, all) => (
          <Revision
            key={record.id}
            record={record}
            before={lastWithData(all.slice(0, index))}
            form={form.data ?? null}
          />
        ))
        .reverse()}
    </Stack>
  );
}

function lastWithData(records: CallRecord[]): CallRecord | null {
  return records.findLast(({ status }) => status !== "pending" && status !== "failed") ?? null;
}

interface Props {
  record: CallRecord;
  before: CallRecord | null;
  form: RecordForm | null;
}

function Revision({ record, before, form }: Props) {
  return (
    <Card component="article" aria-label={`Revision ${record.revision}`}>
      <Group justify="space-between">
        <Text fw={600}>Revision {record.revision}</Text>
        <RecordStatusBadge status={record.status} />
      </Group>
      <Text size="sm" c="dimmed">
        {record.corrected_by ? "By a person" : (record.model ?? "By the model")} ·{" "}
        <Instant at={record.created_at} />
      </Text>
      {record.note && (
        <Text size="sm" mt="xs">
          “{record.note}”
        </Text>
      )}
      {record.failure && (
        <Text size="sm" mt="xs">
          {record.failure}
        </Text>
      )}
      {before && record.status !== "pending" && record.status !== "failed" && (
        <Differences record={record} before={before} form={form} />
      )}
    </Card>
  );
}

function Differences({ record, before, form }: Props & { before: CallRecord }) {
  const found = differencesBetween(dataOf(before), dataOf(record));
  if (found.length === 0)
    return (
      <Text size="sm" mt="xs" c="dimmed">
        The same values as in revision {before.revision}.
      </Text>
    );
  return (
    <Stack gap={6} mt="sm">
      {found.map(({ path, before: old, after }) => {
        const schema = schemaAt(form?.schema ?? null, path);
        const shown = (value: Json | undefined) =>
          value === undefined ? "not there" : showValue(value, schema, form?.zone);
        return (
          <Text key={path} size="sm">
            <Text span inherit fw={550}>
              {labelOf(path, form?.schema ?? null)}:{" "}
            </Text>
            <del>{shown(old)}</del> →{" "}
            <ins style={{ textDecoration: "none", fontWeight: 600 }}>{shown(after)}</ins>
          </Text>
        );
      })}
    </Stack>
  );
}
