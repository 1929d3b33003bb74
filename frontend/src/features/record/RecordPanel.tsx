import { Alert, Card, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { recordFormQuery } from "@/api/agents";
import type { CallDetail } from "@/api/calls";
import type { CallRecord, Place } from "@/api/records";
import { AskBeforeLeaving } from "@/parts/AskBeforeLeaving";
import { isAsked, useKeys } from "@/parts/useKeys";
import classes from "./Record.module.css";
import type { Json } from "@/api/json";
import { FieldRow } from "./FieldRow";
import { ListRow } from "./ListRow";
import { rowsWithLists } from "./lists";
import { changesBetween, type Data, dataOf, rowsOf, schemaAt, withValue } from "./fields";
import { BeingMade, NoRecord } from "./NoRecord";
import { RecordHead } from "./RecordHead";
import { SaveBar } from "./SaveBar";
import { useVerdict } from "./useVerdict";
import { labelOf } from "./values";
import { editFocused, focusProblem } from "./focus";
import { hindrance, leftOpen, problemsFirst } from "./verdict";

interface Props {
  call: CallDetail;
  pinned: Place | null;
  onShow: (place: Place) => void;
  onHover: (place: Place | null) => void;
  /** Called when a person has approved or corrected the record. With it, A is the key for that. */
  onVerdict?: () => void;
}

export function RecordPanel({ call, ...proof }: Props) {
  const { record } = call;
  if (!record) return <NoRecord call={call} />;
  if (record.status === "pending") return <BeingMade since={record.created_at} />;
  // A newer revision is another form: what was typed for the old one does not apply.
  return <RecordForm key={record.id} call={call} record={record} {...proof} />;
}

function RecordForm(props: Props & { record: CallRecord }) {
  const { call, record, pinned, onShow, onHover, onVerdict } = props;
  const before = dataOf(record);
  const [draft, setDraft] = useState<Data>(before);
  const [edited, setEdited] = useState<readonly string[]>([]);
  const [note, setNote] = useState("");
  const form = useQuery(recordFormQuery(call.agent_id, call.agent_version));
  const schema = form.data?.schema ?? null;
  const { approve, save, flag } = useVerdict(record, onVerdict);
  const changes = changesBetween(before, draft);
  const isChanged = Object.keys(changes).length > 0;
  const isUnsaved = isChanged || edited.length > 0;
  const why = record.status === "needs_review" ? hindrance(record, schema) : null;
  const giveVerdict = () => {
    if (approve.isPending || save.isPending) return;
    if (edited.length > 0)
      say(`Keep ${labelOf(edited[0] ?? "", schema)} first, or leave it as it was.`);
    else if (isChanged) save.mutate({ changes, note });
    else if (record.status !== "needs_review") say("This record needs no review any more.");
    else if (why) say(why);
    else approve.mutate(null);
  };
  const rows = problemsFirst(rowsOf(draft, record.not_said), record.problems);
  const old = new Map(rowsOf(before, record.not_said));
  const shown = rowsWithLists(rows);
  const places = new Set([...rows.map(([path]) => path), ...shown.map(({ path }) => path)]);
  const general = record.problems.filter(({ field }) => !places.has(field));
  const open = leftOpen(record, schema);
  const list = useRef<HTMLUListElement>(null);
  const goTo = (by: 1 | -1) => focusProblem(list.current, by);
  useKeys(
    onVerdict
      ? [
          ["a", () => !isAsked() && giveVerdict()],
          ["n", () => !isAsked() && goTo(1)],
          ["p", () => !isAsked() && goTo(-1)],
          ["e", () => !isAsked() && editFocused(list.current)],
        ]
      : [],
  );
  return (
    <Card padding={0} component="section" aria-label="Record">
      <RecordHead
        call={call}
        record={record}
        isApproving={approve.isPending}
        hindrance={isUnsaved ? "Save the corrections, or discard them." : why}
        onApprove={giveVerdict}
        onApproveWith={(said) => approve.mutate(said)}
        isFlagging={flag.isPending}
        onFlag={(said) => flag.mutate(said)}
      />
      {record.status === "needs_review" && (why ?? open.length > 0) && (
        <Text size="sm" c="dimmed" px="md" pb="md">
          {why ?? `These fields stay empty when you approve: ${open.join("; ")}.`}
        </Text>
      )}
      {record.failure && (
        <Alert color="red" variant="light" mx="md" mb="md">
          {record.failure}
          {record.status === "failed" && (
            <Text size="sm" mt={4}>
              Nothing was recorded. Re-run extraction once the cause is fixed.
            </Text>
          )}
        </Alert>
      )}
      {general.map((problem) => (
        <Alert key={problem.field + problem.code} color="orange" variant="light" mx="md" mb="sm">
          {problem.field && <strong>{labelOf(problem.field, schema)}: </strong>}
          {problem.message}
        </Alert>
      ))}
      <ul className={classes.fields} ref={list}>
        {shown.map((row) => {
          const { path, value } = row;
          const shared = {
            path,
            label: labelOf(path, schema),
            schema: schemaAt(schema, path),
            zone: form.data?.zone,
            isEdited: edited.includes(path),
            onShow,
            onHover,
            onEdit: (isEdited: boolean) =>
              setEdited((all) => [
                ...all.filter((each) => each !== path),
                ...(isEdited ? [path] : []),
              ]),
            onChange: (changed: Json) => setDraft(withValue(draft, path, changed)),
          };
          if (row.items)
            return (
              <ListRow
                key={path}
                {...shared}
                items={row.items}
                itemSchema={schemaAt(schema, `${path}[0]`)}
                record={record}
                pinned={pinned}
                isChanged={row.items.some(([at, now]) => isOther(old.get(at), now))}
              />
            );
          return (
            <FieldRow
              key={path}
              {...shared}
              value={value}
              evidence={record.evidence[path]}
              notSaid={record.not_said[path]}
              isVouchedFor={record.corrected_by !== null}
              problem={record.problems.find(({ field }) => field === path)}
              isLit={pinned !== null && pinned === (record.evidence[path] ?? record.not_said[path])}
              isChanged={isOther(old.get(path), value)}
            />
          );
        })}
      </ul>
      {isChanged && (
        <SaveBar
          note={note}
          onNote={setNote}
          error={save.error}
          isSaving={save.isPending}
          onDiscard={() => setDraft(before)}
          onSave={() => save.mutate({ changes, note })}
        />
      )}
      <AskBeforeLeaving isUnsaved={isUnsaved}>
        What you corrected of this record is not saved.
      </AskBeforeLeaving>
    </Card>
  );
}

function isOther(before: Json | undefined, now: Json): boolean {
  return JSON.stringify(before) !== JSON.stringify(now);
}

function say(message: string): void {
  notifications.show({ color: "orange", message, autoClose: 8000 });
}
