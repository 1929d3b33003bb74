import {
  Alert,
  Button,
  FileButton,
  Group,
  Loader,
  Modal,
  ScrollArea,
  Select,
  Stack,
  Table,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Agent, agentsQuery } from "@/api/agents";
import { callKeys, placeCall } from "@/api/calls";
import { ErrorState } from "@/parts/ErrorState";
import { explain } from "@/parts/explain";
import { formatPhone } from "@/parts/phone";
import { type CallRow, readRows, templateFor } from "./callRows";
import { homeCountry } from "./countries";

/** Places many calls from a list: pasted or a CSV file, looked over before anything is dialed. */
export default function ImportCallsDialog({ onClose }: { onClose: () => void }) {
  const agents = useQuery(agentsQuery);
  const callable = agents.data?.filter(
    ({ published_version, archived_at }) => published_version !== null && archived_at === null,
  );
  return (
    <Modal opened onClose={onClose} title="Import calls" size="xl">
      {agents.isError && <ErrorState error={agents.error} />}
      {agents.isPending && <Loader aria-label="Loading agents" />}
      {callable?.length === 0 && <Text>Publish an agent first; then it can call.</Text>}
      {callable && callable.length > 0 && <ImportForm agents={callable} onClose={onClose} />}
    </Modal>
  );
}

function ImportForm({ agents, onClose }: { agents: Agent[]; onClose: () => void }) {
  const client = useQueryClient();
  const [agentId, setAgentId] = useState(agents[0]?.id ?? "");
  const [text, setText] = useState("");
  const [when, setWhen] = useState("");
  // One key for each line: what was placed before a failure is not placed again.
  const [list] = useState(() => crypto.randomUUID());
  const [done, setDone] = useState(0);
  const agent = agents.find(({ id }) => id === agentId);
  const rows = readRows(text, agent?.variables ?? [], homeCountry());
  const good = rows.filter(({ problem }) => problem === null);
  const place = useMutation({
    mutationFn: async () => {
      setDone(0);
      for (const row of good) {
        const scheduled_at = when ? new Date(when).toISOString() : null;
        const { number, variables } = row;
        await placeCall(
          { agent_id: agentId, to_number: number, variables, metadata: {}, scheduled_at },
          `${list}-${row.line}`,
        );
        setDone((count) => count + 1);
      }
    },
    onSuccess: () => {
      notifications.show({ title: `${good.length} calls placed`, message: "" });
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: callKeys.lists }),
  });
  return (
    <Stack gap="md">
      <Group align="flex-end">
        <Select
          label="Agent"
          data={agents.map(({ id, name }) => ({ value: id, label: name }))}
          value={agentId}
          onChange={(id) => id && setAgentId(id)}
          allowDeselect={false}
          flex={1}
        />
        <TextInput
          type="datetime-local"
          label="When"
          description="Your time zone. Leave empty to start now."
          value={when}
          onChange={(event) => setWhen(event.currentTarget.value)}
        />
      </Group>
      <Textarea
        label="List"
        description="One line per call, column names first. Paste from a spreadsheet, or open a CSV file."
        rows={6}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13 } }}
        data-autofocus
      />
      <Group gap="xs">
        <FileButton
          accept=".csv,.tsv,.txt,text/csv"
          onChange={(file) => file && void file.text().then(setText)}
        >
          {(props) => (
            <Button size="xs" variant="default" {...props}>
              Open a CSV file
            </Button>
          )}
        </FileButton>
        <Button
          size="xs"
          variant="subtle"
          onClick={() => setText(templateFor(agent?.variables ?? []))}
        >
          Insert the columns of this agent
        </Button>
      </Group>
      {rows.length > 0 && <Preview rows={rows} good={good.length} />}
      {place.error && (
        <Alert color="red" variant="light" role="alert" title={explain(place.error).title}>
          {done} of {good.length} placed. {explain(place.error).detail} Placing again continues
          where it stopped.
        </Alert>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button
          disabled={good.length === 0}
          loading={place.isPending}
          onClick={() => place.mutate()}
        >
          {when ? "Schedule" : "Place"} {good.length} {good.length === 1 ? "call" : "calls"}
        </Button>
      </Group>
    </Stack>
  );
}

function Preview({ rows, good }: { rows: CallRow[]; good: number }) {
  return (
    <>
      <Text size="sm" role="status">
        {good} ready{good < rows.length && `, ${rows.length - good} will be skipped`}
      </Text>
      <ScrollArea.Autosize mah={220} viewportProps={{ tabIndex: 0, "aria-label": "Preview" }}>
        <Table fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={50}>Line</Table.Th>
              <Table.Th w={160}>Number</Table.Th>
              <Table.Th>Details</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ line, number, variables, problem }) => (
              <Table.Tr key={line}>
                <Table.Td>{line}</Table.Td>
                <Table.Td className="figures">{problem ? number : formatPhone(number)}</Table.Td>
                <Table.Td c={problem ? "red" : undefined}>
                  {problem ?? Object.values(variables).join(" · ")}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
    </>
  );
}
