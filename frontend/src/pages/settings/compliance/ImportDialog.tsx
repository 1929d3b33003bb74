import { Alert, Button, FileInput, Group, List, Modal, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { complianceKeys, importSuppressions, type ListRead } from "@/api/compliance";
import { explain } from "@/parts/explain";

const SHOWN = 20;

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** Takes a list of numbers, once what would become of it was looked at. */
export function ImportDialog({ opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Import a do-not-call list" size="lg">
      <ImportForm onClose={onClose} />
    </Modal>
  );
}

function ImportForm({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  // What is taken is what was looked at: the file may have changed since, or been another.
  const look = useMutation({
    mutationFn: async (file: File) => {
      const text = await file.text();
      return { text, read: await importSuppressions(text, true) };
    },
  });
  const take = useMutation({
    mutationFn: (text: string) => importSuppressions(text, false),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: complianceKeys.suppressions });
      onClose();
    },
  });
  const error = look.error ?? take.error;
  return (
    <Stack>
      <FileInput
        label="CSV file"
        description="A column to_number, and scope, source, reason and asked_at if there are; or one number a line. UTF-8, at most 1 MB."
        placeholder="Choose a file"
        accept=".csv,.tsv,.txt,text/csv"
        onChange={(file) => {
          if (file) look.mutate(file);
          else look.reset();
        }}
      />
      {look.data && <Preview read={look.data.read} />}
      {error && (
        <Alert color="red" variant="light" role="alert">
          {explain(error).detail}
        </Alert>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Back
        </Button>
        <Button
          loading={look.isPending || take.isPending}
          disabled={!look.data?.read.added}
          onClick={() => look.data && take.mutate(look.data.text)}
        >
          {look.data ? `Add ${look.data.read.added.toLocaleString()}` : "Add"}
        </Button>
      </Group>
    </Stack>
  );
}

function Preview({ read }: { read: ListRead }) {
  return (
    <div role="status">
      <Text size="sm">
        {read.lines.toLocaleString()} lines: {read.added.toLocaleString()} new,{" "}
        {read.already.toLocaleString()} known already, {read.invalid.toLocaleString()} that cannot
        be read and are left out.
      </Text>
      {read.errors.length > 0 && (
        <List size="sm" mt="xs">
          {read.errors.slice(0, SHOWN).map(({ line, message }) => (
            <List.Item key={line}>
              Line {line}: {message}
            </List.Item>
          ))}
        </List>
      )}
      {read.errors.length > SHOWN && (
        <Text size="sm" c="dimmed">
          and {(read.invalid - SHOWN).toLocaleString()} more.
        </Text>
      )}
    </div>
  );
}
