import {
  Alert,
  Button,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { agentsQuery } from "@/api/agents";
import { fieldErrors } from "@/api/problem";
import { explain } from "@/parts/explain";
import { type Draft, isWhole, OUTCOMES } from "./draft";
import { AllHours, Dates } from "./FormHours";
import { fieldsOf, Goal } from "./FormGoal";
import { minutesOf } from "./words";

interface Props {
  begin: Draft;
  saveAs: string;
  error: Error | null;
  isSaving: boolean;
  /** What it calls for is settled when it starts. */
  isSettled?: boolean;
  onSave: (draft: Draft) => void;
}

/** A campaign's policy: who calls, when, what follows from each outcome, and what stops it. */
export function CampaignForm({ begin, saveAs, error, isSaving, isSettled = false, onSave }: Props) {
  const agents = useQuery(agentsQuery);
  const [draft, setDraft] = useState(begin);
  const change = (changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes }));
  const wrong = fieldErrors(error);
  const callable = agents.data?.filter(
    ({ id, published_version }) => published_version !== null || id === begin.agentId,
  );
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onSave(draft);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {error && (
          <Alert color="red" variant="light" role="alert" title={explain(error).title}>
            {explain(error).detail}
          </Alert>
        )}
        <TextInput
          label="Name"
          placeholder="November check-ins"
          value={draft.name}
          error={wrong.name}
          onChange={({ currentTarget: { value } }) => change({ name: value })}
        />
        <Select
          label="Agent"
          description={isSettled ? "Settled at the start" : "Those that are published"}
          searchable
          disabled={isSettled}
          data={(callable ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={draft.agentId}
          onChange={(agentId) => change({ agentId })}
        />
        <Select
          label="It calls for"
          description={
            isSettled
              ? "Settled at the start"
              : "As its agent does. It decides which rules bind the calls."
          }
          disabled={isSettled}
          data={[
            { value: "service", label: "Service: calls that people expect" },
            { value: "marketing", label: "Marketing: calls that sell" },
            { value: "emergency", label: "Emergency: calls that warn" },
          ]}
          value={draft.purpose}
          onChange={(purpose) => change({ purpose })}
        />
        <Dates draft={draft} isSettled={isSettled} onChange={change} />
        <AllHours draft={draft} onChange={change} />
        <Goal
          draft={draft}
          fields={fieldsOf(callable?.find(({ id }) => id === draft.agentId))}
          onChange={change}
        />
        <Redials draft={draft} onChange={change} />
        <Caps draft={draft} onChange={change} />
        <StopRules draft={draft} onChange={change} />
        <Group justify="flex-end">
          <Button type="submit" disabled={!isWhole(draft)} loading={isSaving}>
            {saveAs}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface PartProps {
  draft: Draft;
  onChange: (changes: Partial<Draft>) => void;
}

function Redials({ draft, onChange }: PartProps) {
  const set = (outcome: string, text: string) =>
    onChange({ redial: { ...draft.redial, [outcome]: text } });
  return (
    <Stack gap="xs">
      <Text fw={500} size="sm">
        Call again after so many minutes
      </Text>
      <Group grow align="flex-start">
        {OUTCOMES.map(({ value, label }) => {
          const text = draft.redial[value] ?? "";
          return (
            <TextInput
              key={value}
              label={label}
              placeholder="never"
              value={text}
              error={text && !minutesOf(text) ? "Such as 15, 60" : undefined}
              onChange={({ currentTarget }) => set(value, currentTarget.value)}
            />
          );
        })}
      </Group>
    </Stack>
  );
}

function Caps({ draft, onChange }: PartProps) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <NumberInput
        label="Calls at one time"
        min={1}
        max={1000}
        value={draft.maxConcurrent}
        onChange={(value) => onChange({ maxConcurrent: Number(value) })}
      />
      <NumberInput
        label="Priority"
        description="10 has twice the turns of 5"
        min={1}
        max={10}
        value={draft.priority}
        onChange={(value) => onChange({ priority: Number(value) })}
      />
      <NumberInput
        label="Attempts"
        description="Of one contact in all"
        min={1}
        max={50}
        value={draft.maxAttempts}
        onChange={(value) => onChange({ maxAttempts: Number(value) })}
      />
      <NumberInput
        label="Attempts a day"
        description="Of one contact; empty: no limit"
        min={1}
        max={50}
        value={draft.perDay ?? ""}
        onChange={(value) => onChange({ perDay: known(value) })}
      />
    </SimpleGrid>
  );
}

function StopRules({ draft, onChange }: PartProps) {
  return (
    <Stack gap="xs">
      <Text fw={500} size="sm">
        Pause it by itself
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <NumberInput
          label="When so many fail"
          description="Percent; empty: never"
          min={1}
          max={100}
          value={draft.failedPercent ?? ""}
          onChange={(value) => onChange({ failedPercent: known(value) })}
        />
        <NumberInput
          label="When fewer are answered"
          description="Percent; empty: never"
          min={1}
          max={100}
          value={draft.answeredBelowPercent ?? ""}
          onChange={(value) => onChange({ answeredBelowPercent: known(value) })}
        />
        <NumberInput
          label="Of the last attempts"
          description="So many are looked at"
          min={5}
          max={1000}
          value={draft.ofLast}
          onChange={(value) => onChange({ ofLast: Number(value) })}
        />
        <NumberInput
          label="When it has cost"
          description="Dollars; empty: never"
          min={0.01}
          decimalScale={2}
          value={draft.spendCents === null ? "" : draft.spendCents / 100}
          onChange={(value) => {
            const dollars = known(value);
            onChange({ spendCents: dollars === null ? null : Math.round(dollars * 100) });
          }}
        />
      </SimpleGrid>
    </Stack>
  );
}

function known(value: string | number): number | null {
  return value === "" ? null : Number(value);
}
