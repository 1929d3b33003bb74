import {
  Alert,
  Button,
  FileInput,
  Group,
  Modal,
  ScrollArea,
  Stack,
  Table,
  Text,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  type Campaign,
  campaignKeys,
  type ContactsReport,
  forecastQuery,
  sendContacts,
} from "@/api/campaigns";
import { explain } from "@/parts/explain";
import { formatCount } from "@/parts/money";
import { inWords } from "./words";

interface Props {
  campaign: Campaign;
  opened: boolean;
  onClose: () => void;
}

const SHOWN = 200;

/** A list is looked at before anything of it is stored: each line's error, and who is refused. */
export function ContactsDialog({ campaign, opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Add contacts" size="xl">
      <Steps campaign={campaign} onDone={onClose} />
    </Modal>
  );
}

function Steps({ campaign, onDone }: { campaign: Campaign; onDone: () => void }) {
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const preview = useMutation({
    mutationFn: (chosen: File) => sendContacts(campaign.id, chosen, {}, true),
  });
  const add = useMutation({
    mutationFn: (chosen: File) => sendContacts(campaign.id, chosen, {}, false),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: campaignKeys.all });
      await client.invalidateQueries({ queryKey: forecastQuery(campaign.id).queryKey });
      onDone();
    },
  });
  const choose = (chosen: File | null) => {
    setFile(chosen);
    preview.reset();
    if (chosen) preview.mutate(chosen);
  };
  const error = preview.error ?? add.error;
  return (
    <Stack>
      <FileInput
        label="List"
        description="CSV or XLSX; the first line names the columns: to_number, and the agent's variables"
        placeholder="Choose a file"
        accept=".csv,.xlsx,.json,text/csv"
        value={file}
        onChange={choose}
      />
      {error && (
        <Alert color="red" variant="light" role="alert" title={explain(error).title}>
          {explain(error).detail}
        </Alert>
      )}
      {preview.isPending && <Text size="sm">Looking at each line…</Text>}
      {preview.data && <Preview report={preview.data} />}
      <Group justify="flex-end">
        <Button
          disabled={!file || !preview.data || preview.data.added === 0}
          loading={add.isPending}
          onClick={() => file && add.mutate(file)}
        >
          {preview.data ? `Add ${formatCount(preview.data.added)}` : "Add"}
        </Button>
      </Group>
    </Stack>
  );
}

function Preview({ report }: { report: ContactsReport }) {
  const refusals = Object.entries(report.refused);
  return (
    <Stack gap="xs" role="status">
      <Text size="sm">
        {formatCount(report.lines)} lines: {formatCount(report.added)} new,{" "}
        {formatCount(report.duplicates)} twice, {formatCount(report.already)} there already,{" "}
        {formatCount(report.invalid)} wrong.
      </Text>
      {refusals.length > 0 && (
        <Text size="sm">
          Refused if called now:{" "}
          {refusals.map(([name, count]) => `${inWords(name)} ${formatCount(count)}`).join(", ")}.
        </Text>
      )}
      <Text size="sm" c="dimmed">
        {Object.entries(report.columns)
          .map(([column, target]) => `${column} is ${target}`)
          .join(" · ")}
        {report.unmapped.length > 0 && ` · left out: ${report.unmapped.join(", ")}`}
      </Text>
      {report.errors.length > 0 && (
        <ScrollArea.Autosize mah={260} tabIndex={0}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Line</Table.Th>
                <Table.Th>What is wrong</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {report.errors.slice(0, SHOWN).map((each) => (
                <Table.Tr key={each.line}>
                  <Table.Td className="figures">{each.line}</Table.Td>
                  <Table.Td>{each.message}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollArea.Autosize>
      )}
      {report.errors.length > SHOWN && (
        <Text size="sm" c="dimmed">
          And {formatCount(report.errors.length - SHOWN)} more lines.
        </Text>
      )}
    </Stack>
  );
}
