import {
  Alert,
  Button,
  Group,
  Modal,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { IconRobot } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type SyntheticEvent, useState } from "react";
import { agentsQuery } from "@/api/agents";
import { createBacktest } from "@/api/backtests";
import { versionsQuery } from "@/api/drafts";
import { fieldErrors } from "@/api/problem";
import { explain } from "@/parts/explain";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";

interface Props {
  agentId: string | null;
  opened: boolean;
  onClose: () => void;
}

/** Which calls to make records of again, and with what. */
export function NewBacktestDialog({ agentId, opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Try on past calls" size="lg">
      <Choice agentId={agentId} />
    </Modal>
  );
}

function Choice({ agentId }: { agentId: string | null }) {
  const navigate = useNavigate();
  const agents = useQuery(agentsQuery);
  const published = (agents.data ?? []).filter(({ published_version: live }) => live !== null);
  const [agent, setAgent] = useState(agentId);
  const [version, setVersion] = useState<string | null>(null);
  const [model, setModel] = useState("");
  const [which, setWhich] = useState("all");
  const [from, setFrom] = useState("");
  const [until, setUntil] = useState("");
  const create = useMutation({
    mutationFn: (chosen: string) =>
      createBacktest({
        agent_id: chosen,
        version: version === null ? null : Number(version),
        model: model.trim() || null,
        ...(which === "needs_review" && { status: "needs_review" }),
        ...(which === "by_a_person" && { origin: "correction" }),
        ...(from && { created_after: startOf(from) }),
        ...(until && { created_before: startOf(until, 1) }),
      }),
    onSuccess: ({ id }) => navigate({ to: "/backtests/$backtestId", params: { backtestId: id } }),
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (agent) create.mutate(agent);
  };
  const wrong = fieldErrors(create.error);
  if (agents.error) return <ErrorState error={agents.error} onRetry={() => agents.refetch()} />;
  if (agents.data && published.length === 0)
    return (
      <EmptyState icon={IconRobot} title="No agent is published yet">
        Once one has taken calls, their records can be made again here.
      </EmptyState>
    );
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm" c="dimmed">
          You see how many calls there are and what it will cost before anything is asked.
        </Text>
        {create.error && Object.keys(wrong).length === 0 && (
          <Alert color="red" variant="light" role="alert" title={explain(create.error).title}>
            {explain(create.error).detail}
          </Alert>
        )}
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Select
            label="Agent"
            data={published.map(({ id, name }) => ({ value: id, label: name }))}
            allowDeselect={false}
            value={agent}
            onChange={(chosen) => {
              setAgent(chosen);
              setVersion(null);
            }}
          />
          <VersionSelect agentId={agent} value={version} onChange={setVersion} />
          <TextInput
            label="Language model"
            placeholder="The agent's"
            classNames={{ input: "mono" }}
            value={model}
            error={wrong.model && "Write provider/model, e.g. openai/gpt-5-mini."}
            onChange={({ currentTarget: { value } }) => setModel(value)}
          />
          <Select
            label="Which records"
            allowDeselect={false}
            data={[
              { value: "all", label: "All" },
              { value: "needs_review", label: "Those that need review" },
              { value: "by_a_person", label: "Those that a person corrected" },
            ]}
            value={which}
            onChange={(chosen) => setWhich(chosen ?? "all")}
          />
          <TextInput
            type="date"
            label="From"
            value={from}
            onChange={({ currentTarget: { value } }) => setFrom(value)}
          />
          <TextInput
            type="date"
            label="Until"
            value={until}
            onChange={({ currentTarget: { value } }) => setUntil(value)}
          />
        </SimpleGrid>
        <Group justify="flex-end">
          <Button type="submit" disabled={!agent} loading={create.isPending}>
            Choose these calls
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface VersionSelectProps {
  agentId: string | null;
  value: string | null;
  onChange: (version: string | null) => void;
}

function VersionSelect({ agentId, value, onChange }: VersionSelectProps) {
  const versions = useQuery({ ...versionsQuery(agentId ?? ""), enabled: agentId !== null });
  return (
    <Select
      label="Version"
      placeholder="The one that is live"
      clearable
      data={versions.data?.items.map(({ version, note }) => ({
        value: String(version),
        label: note ? `${version}: ${note}` : String(version),
      }))}
      value={value}
      onChange={onChange}
    />
  );
}

/** The beginning of a day in the viewer's zone. */
function startOf(day: string, later = 0): string {
  const at = new Date(`${day}T00:00:00`);
  at.setDate(at.getDate() + later);
  return at.toISOString();
}
