import { Alert, Button, Group, Modal, MultiSelect, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { agentsQuery } from "@/api/agents";
import { createDestination, destinationKeys, type NewDestination } from "@/api/destinations";
import { fieldErrors } from "@/api/problem";
import { explain } from "@/parts/explain";
import { CHOSEN_AT_FIRST, EVENTS, statusesFor } from "./events";

interface Props {
  opened: boolean;
  onClose: () => void;
  onMade: (made: NewDestination) => void;
}

export function NewDestinationDialog({ opened, onClose, onMade }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="New destination" size="lg">
      <Form
        onMade={(made) => {
          onClose();
          onMade(made);
        }}
      />
    </Modal>
  );
}

function Form({ onMade }: { onMade: (made: NewDestination) => void }) {
  const client = useQueryClient();
  const agents = useQuery(agentsQuery);
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [events, setEvents] = useState(CHOSEN_AT_FIRST);
  const [agentIds, setAgentIds] = useState<string[]>([]);
  const create = useMutation({
    mutationFn: () =>
      createDestination({
        name: name.trim(),
        config: { url: url.trim(), headers: null },
        events,
        record_statuses: statusesFor(events),
        agent_ids: agentIds.length > 0 ? agentIds : null,
      }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: destinationKeys.all });
      onMade(made);
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    create.mutate();
  };
  const wrong = fieldErrors(create.error);
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {create.error && Object.keys(wrong).length === 0 && (
          <Alert color="red" variant="light" role="alert" title={explain(create.error).title}>
            {explain(create.error).detail}
          </Alert>
        )}
        <TextInput
          label="Name"
          placeholder="CRM"
          value={name}
          error={wrong.name}
          onChange={({ currentTarget: { value } }) => setName(value)}
        />
        <TextInput
          label="Address"
          description="Gets a signed POST for each event."
          placeholder="https://crm.example.com/hooks/calls"
          classNames={{ input: "mono" }}
          value={url}
          error={wrong["config.url"]}
          onChange={({ currentTarget: { value } }) => setUrl(value)}
        />
        <MultiSelect
          label="What it is told"
          description="A record that needs review is held back until a person has approved it."
          data={EVENTS}
          value={events}
          onChange={setEvents}
        />
        <MultiSelect
          label="Of which agents"
          placeholder={agentIds.length === 0 ? "All" : ""}
          data={(agents.data ?? []).map((agent) => ({ value: agent.id, label: agent.name }))}
          value={agentIds}
          onChange={setAgentIds}
        />
        <Group justify="flex-end">
          <Button type="submit" disabled={!name.trim() || !url.trim()} loading={create.isPending}>
            Add
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
