import {
  Alert,
  Button,
  Group,
  MultiSelect,
  NumberInput,
  Select,
  Stack,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { agentsQuery } from "@/api/agents";
import type { WantedDestination } from "@/api/destinations";
import { fieldErrors } from "@/api/problem";
import { explain } from "@/parts/explain";
import { type Draft, isWhole, KINDS, wantedOf } from "./draft";
import { EVENTS, RECORDS, statusesFor } from "./events";
import { KindFields } from "./KindFields";

interface Props {
  start: Draft;
  isChange?: boolean;
  onSave: (wanted: WantedDestination) => Promise<unknown>;
}

/** Where results go, and which: for a new destination, and for one that is changed. */
export function DestinationForm({ start, isChange = false, onSave }: Props) {
  const [draft, setDraft] = useState(start);
  const change = (changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes }));
  const save = useMutation({ mutationFn: async () => onSave(wantedOf(draft)) });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const wrong = fieldErrors(save.error);
  const kind = KINDS.find(({ value }) => value === draft.kind);
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {save.error && Object.keys(wrong).length === 0 && (
          <Alert color="red" variant="light" role="alert" title={explain(save.error).title}>
            {explain(save.error).detail}
          </Alert>
        )}
        {!isChange && (
          <Select
            label="Kind"
            description={kind?.description}
            data={KINDS.map(({ value, label }) => ({ value, label }))}
            allowDeselect={false}
            value={draft.kind}
            onChange={(value) => change({ kind: value ?? "webhook" })}
          />
        )}
        <TextInput
          label="Name"
          placeholder="CRM"
          value={draft.name}
          error={wrong.name}
          onChange={({ currentTarget: { value } }) => change({ name: value })}
        />
        <KindFields draft={draft} onChange={change} wrong={wrong} isChange={isChange} />
        <Which draft={draft} onChange={change} wrong={wrong} />
        <Group justify="flex-end">
          <Button type="submit" disabled={!isWhole(draft)} loading={save.isPending}>
            {isChange ? "Save" : "Add"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** An event that was just chosen brings the records it is about. */
function added(draft: Draft, events: string[]): Partial<Draft> {
  const before = statusesFor(draft.events);
  const more = statusesFor(events).filter((status) => !before.includes(status));
  return { recordStatuses: [...new Set([...draft.recordStatuses, ...more])] };
}

interface WhichProps {
  draft: Draft;
  onChange: (changes: Partial<Draft>) => void;
  wrong: Record<string, string>;
}

function Which({ draft, onChange, wrong }: WhichProps) {
  const agents = useQuery(agentsQuery);
  const isOneByOne = draft.kind === "webhook" || draft.kind === "airflow";
  return (
    <>
      <MultiSelect
        label="What it is told"
        data={EVENTS}
        value={draft.events}
        onChange={(events) => onChange({ events, ...added(draft, events) })}
      />
      <MultiSelect
        label="Records in which state"
        description="Those in others are held back, and go out once a person has approved them."
        data={RECORDS}
        value={draft.recordStatuses}
        error={wrong.record_statuses}
        onChange={(chosen) => onChange({ recordStatuses: chosen })}
      />
      <MultiSelect
        label="Of which agents"
        placeholder={draft.agentIds.length === 0 ? "All" : ""}
        data={(agents.data ?? []).map((agent) => ({ value: agent.id, label: agent.name }))}
        value={draft.agentIds}
        onChange={(agentIds) => onChange({ agentIds })}
      />
      {draft.kind !== "email" && (
        <Textarea
          label="Fields"
          description="Empty: everything. Paths, one on each line: these alone. A JSON object: the form to fill in."
          placeholder={'call.id\nrecord.data\n\nor {"text": "{{record.data.driver_status}}"}'}
          classNames={{ input: "mono" }}
          autosize
          minRows={2}
          maxRows={10}
          value={draft.fields}
          error={Object.entries(wrong).find(([name]) => name.startsWith("fields"))?.[1]}
          onChange={({ currentTarget: { value } }) => onChange({ fields: value })}
        />
      )}
      {isOneByOne && (
        <NumberInput
          label="At once"
          description="How many deliveries may be on their way at the same time."
          min={1}
          max={100}
          allowDecimal={false}
          value={draft.concurrency}
          error={wrong.concurrency}
          onChange={(value) => onChange({ concurrency: Number(value) || 1 })}
        />
      )}
    </>
  );
}
