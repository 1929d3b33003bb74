import {
  Alert,
  Button,
  Group,
  Modal,
  MultiSelect,
  NumberInput,
  Select,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type SyntheticEvent, useState } from "react";
import { agentsQuery } from "@/api/agents";
import { campaignKeys, createCampaign } from "@/api/campaigns";
import { fieldErrors } from "@/api/problem";
import { explain } from "@/parts/explain";
import { DAYS, emptyDraft, isWhole, type Draft, OUTCOMES, wantedOf } from "./draft";
import { minutesOf } from "./words";

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** A campaign's policy: who calls, when, and what follows from each outcome. */
export function NewCampaignDialog({ opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="New campaign" size="lg">
      <Form onMade={onClose} />
    </Modal>
  );
}

function Form({ onMade }: { onMade: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const agents = useQuery(agentsQuery);
  const [draft, setDraft] = useState(emptyDraft);
  const change = (changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes }));
  const save = useMutation({
    mutationFn: () => createCampaign(wantedOf(draft)),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: campaignKeys.all });
      onMade();
      await navigate({ to: "/campaigns/$campaignId", params: { campaignId: id } });
    },
  });
  const wrong = fieldErrors(save.error);
  const published = agents.data?.filter((agent) => agent.published_version !== null) ?? [];
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {save.error && (
          <Alert color="red" variant="light" role="alert" title={explain(save.error).title}>
            {explain(save.error).detail}
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
          description="Those that are published"
          searchable
          data={published.map(({ id, name }) => ({ value: id, label: name }))}
          value={draft.agentId}
          onChange={(agentId) => change({ agentId })}
        />
        <Select
          label="It calls for"
          description="As its agent does. It decides which rules bind the calls."
          data={[
            { value: "service", label: "Service: calls that people expect" },
            { value: "marketing", label: "Marketing: calls that sell" },
            { value: "emergency", label: "Emergency: calls that warn" },
          ]}
          value={draft.purpose}
          onChange={(purpose) => change({ purpose })}
        />
        <Hours draft={draft} onChange={change} />
        <Redials draft={draft} onChange={change} />
        <Group grow align="flex-start">
          <NumberInput
            label="Calls at one time"
            min={1}
            max={1000}
            value={draft.maxConcurrent}
            onChange={(value) => change({ maxConcurrent: Number(value) })}
          />
          <NumberInput
            label="Attempts a day"
            description="Of one contact; empty: no limit"
            min={1}
            max={50}
            value={draft.perDay ?? ""}
            onChange={(value) => change({ perDay: value === "" ? null : Number(value) })}
          />
          <NumberInput
            label="Pause when so many fail"
            description="Percent of the last 50; empty: never"
            min={1}
            max={100}
            value={draft.failedPercent ?? ""}
            onChange={(value) => change({ failedPercent: value === "" ? null : Number(value) })}
          />
        </Group>
        <Group justify="flex-end">
          <Button type="submit" disabled={!isWhole(draft)} loading={save.isPending}>
            Create campaign
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

function Hours({ draft, onChange }: PartProps) {
  return (
    <Group grow align="flex-start">
      <MultiSelect
        label="Days"
        description="None: every day, at any hour that the rules allow"
        data={DAYS}
        value={draft.days}
        onChange={(days) => onChange({ days })}
      />
      <TextInput
        type="time"
        label="From"
        description="In the contact's own time"
        value={draft.from}
        onChange={({ currentTarget: { value } }) => onChange({ from: value })}
      />
      <TextInput
        type="time"
        label="To"
        description="In the contact's own time"
        value={draft.to}
        onChange={({ currentTarget: { value } }) => onChange({ to: value })}
      />
    </Group>
  );
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
