import { Alert, Button, Card, Group, Modal, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconChecks, IconRefresh } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { schemaQuery } from "@/api/agents";
import { type CallDetail, callKeys } from "@/api/calls";
import { explain } from "@/api/problem";
import {
  approveRecord,
  type CallRecord,
  correctRecord,
  extractAgain,
  type Place,
} from "@/api/records";
import { Instant } from "@/parts/Instant";
import { RecordStatusBadge } from "@/parts/StatusBadge";
import { useIsManager } from "@/session/useUser";
import classes from "./Call.module.css";
import { FieldRow } from "./FieldRow";
import { changesBetween, type Data, dataOf, rowsOf, schemaAt, withValue } from "./fields";
import { BeingMade, NoRecord } from "./NoRecord";
import { labelOf } from "./values";

interface Props {
  call: CallDetail;
  pinned: Place | null;
  onShow: (place: Place) => void;
  onHover: (place: Place | null) => void;
}

export function RecordPanel({ call, ...proof }: Props) {
  const { record } = call;
  if (!record) return <NoRecord call={call} />;
  if (record.status === "pending") return <BeingMade since={record.created_at} />;
  // A newer revision is another form: what was typed for the old one does not apply.
  return <RecordForm key={record.id} call={call} record={record} {...proof} />;
}

function RecordForm({ call, record, pinned, onShow, onHover }: Props & { record: CallRecord }) {
  const before = dataOf(record);
  const [draft, setDraft] = useState<Data>(before);
  const schema = useQuery(schemaQuery(call.agent_id, call.agent_version));
  const changes = changesBetween(before, draft);
  const rows = rowsOf(draft, record.not_said);
  const old = new Map(rowsOf(before, record.not_said));
  const general = record.problems.filter(({ field }) => !rows.some(([path]) => path === field));
  return (
    <Card padding={0} component="section" aria-label="Record">
      <RecordHead call={call} record={record} isChanged={Object.keys(changes).length > 0} />
      {record.failure && (
        <Alert color="red" variant="light" mx="md" mb="md">
          {record.failure}
          {record.status === "failed" && (
            <Text size="sm" mt={4}>
              Nothing was written down. It can be extracted again once the cause is gone.
            </Text>
          )}
        </Alert>
      )}
      {general.map((problem) => (
        <Alert key={problem.field + problem.code} color="orange" variant="light" mx="md" mb="sm">
          <strong>{labelOf(problem.field)}:</strong> {problem.message}
        </Alert>
      ))}
      <ul className={classes.fields}>
        {rows.map(([path, value]) => (
          <FieldRow
            key={path}
            path={path}
            value={value}
            schema={schemaAt(schema.data ?? null, path)}
            evidence={record.evidence[path]}
            notSaid={record.not_said[path]}
            problem={record.problems.find(({ field }) => field === path)}
            isLit={pinned !== null && pinned === (record.evidence[path] ?? record.not_said[path])}
            isChanged={JSON.stringify(old.get(path)) !== JSON.stringify(value)}
            onShow={onShow}
            onHover={onHover}
            onChange={(changed) => setDraft(withValue(draft, path, changed))}
          />
        ))}
      </ul>
      {Object.keys(changes).length > 0 && (
        <SaveBar record={record} changes={changes} onDiscard={() => setDraft(before)} />
      )}
    </Card>
  );
}

interface HeadProps {
  call: CallDetail;
  record: CallRecord;
  isChanged: boolean;
}

function RecordHead({ call, record, isChanged }: HeadProps) {
  const isManager = useIsManager();
  const [isAsking, { open: ask, close: doNotAsk }] = useDisclosure(false);
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: callKeys.one(call.id) });
  const approve = useMutation({
    mutationFn: () => approveRecord(record),
    onSuccess,
    onError: tell,
  });
  const extract = useMutation({
    mutationFn: () => extractAgain(call.id),
    onSuccess: async () => {
      await onSuccess();
      notifications.show({
        title: "Extracting again",
        message: "The new revision comes by itself.",
      });
    },
    onError: tell,
  });
  return (
    <div className={classes.head} style={{ borderBottom: 0 }}>
      <Group justify="space-between">
        <div>
          <Group gap="sm">
            <Title order={2}>Record</Title>
            <RecordStatusBadge status={record.status} />
          </Group>
          <Text size="xs" c="dimmed" mt={2}>
            Revision {record.revision} ·{" "}
            {record.corrected_by ? "set right by a person" : (record.model ?? "no model")} ·{" "}
            <Instant at={record.created_at} />
          </Text>
        </div>
        <Group gap="xs">
          {isManager && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconRefresh size={15} aria-hidden />}
              loading={extract.isPending}
              onClick={record.status === "corrected" ? ask : () => extract.mutate()}
            >
              Extract again
            </Button>
          )}
          <Modal opened={isAsking} onClose={doNotAsk} title="Extract again?">
            <Text>
              A person has vouched for this record. The new revision takes its place; this one stays
              among the revisions.
            </Text>
            <Group justify="flex-end" mt="lg">
              <Button variant="default" onClick={doNotAsk}>
                Keep it
              </Button>
              <Button
                onClick={() => {
                  doNotAsk();
                  extract.mutate();
                }}
              >
                Extract again
              </Button>
            </Group>
          </Modal>
          {record.status === "needs_review" && (
            <Button
              size="xs"
              leftSection={<IconChecks size={15} aria-hidden />}
              loading={approve.isPending}
              disabled={isChanged}
              onClick={() => approve.mutate()}
            >
              Approve
            </Button>
          )}
        </Group>
      </Group>
    </div>
  );
}

interface SaveProps {
  record: CallRecord;
  changes: Data;
  onDiscard: () => void;
}

function SaveBar({ record, changes, onDiscard }: SaveProps) {
  const client = useQueryClient();
  const [note, setNote] = useState("");
  const save = useMutation({
    mutationFn: () => correctRecord(record, changes, note.trim() || null),
    onSuccess: () => client.invalidateQueries({ queryKey: callKeys.one(record.call_id) }),
  });
  return (
    <Stack gap="sm" className={classes.save}>
      {save.error && (
        <Alert color="red" variant="light" role="alert">
          {explain(save.error).detail}
        </Alert>
      )}
      <TextInput
        size="xs"
        label="Why (optional)"
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Group justify="flex-end" gap="xs">
        <Button size="xs" variant="default" onClick={onDiscard}>
          Discard
        </Button>
        <Button size="xs" loading={save.isPending} onClick={() => save.mutate()}>
          Save corrections
        </Button>
      </Group>
    </Stack>
  );
}

function tell(error: Error): void {
  const { title, detail } = explain(error);
  notifications.show({ color: "red", title, message: detail, autoClose: 8000 });
}
