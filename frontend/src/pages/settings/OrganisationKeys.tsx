import {
  Alert,
  Box,
  Button,
  Card,
  Group,
  Modal,
  PasswordInput,
  Stack,
  Table,
  Text,
  Title,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlugConnected } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import {
  checkRetell,
  type KeyName,
  organisationQuery,
  type StoredKey,
  updateKey,
} from "@/api/organisation";
import { fieldErrors } from "@/api/problem";
import { explain } from "@/parts/explain";
import { Instant } from "@/parts/Instant";
import { StatusBadge } from "@/parts/StatusBadge";
import { CheckResult } from "./CheckResult";

const KEYS: Record<KeyName, { label: string; use: string }> = {
  retell_api_key: { label: "Retell API key", use: "Publishes agents and places calls." },
  retell_webhook_key: {
    label: "Retell webhook key",
    use: "Verifies webhooks; without it, the API key does.",
  },
  retell_webhook_key_previous: {
    label: "Previous webhook key",
    use: "Still accepted while a key is replaced.",
  },
  openai_api_key: { label: "OpenAI key", use: "Makes records with openai/… models." },
  anthropic_api_key: { label: "Anthropic key", use: "Makes records with anthropic/… models." },
  gemini_api_key: { label: "Gemini key", use: "Makes records with gemini/… models." },
  deepgram_api_key: {
    label: "Deepgram API key",
    use: "Transcribes recordings with deepgram/… transcribers.",
  },
  assemblyai_api_key: {
    label: "AssemblyAI API key",
    use: "Transcribes recordings with assemblyai/… transcribers.",
  },
};

/** The organisation's keys for other services: they are written, and never read back. */
export function OrganisationKeys({ keys }: { keys: StoredKey[] }) {
  const check = useMutation({ mutationFn: checkRetell });
  return (
    <Card padding={0} component="section">
      <Group justify="space-between" align="flex-start" p="lg" pb="md">
        <div>
          <Title order={2}>Keys for other services</Title>
          <Text size="sm" c="dimmed" mt={2}>
            Kept encrypted and never shown again. One that is not set here is the
            installation&rsquo;s, if it has one.
          </Text>
        </div>
        <Button
          variant="default"
          leftSection={<IconPlugConnected size={17} aria-hidden />}
          loading={check.isPending}
          onClick={() => check.mutate()}
        >
          Test the connection
        </Button>
      </Group>
      {check.data && (
        <Box px="lg">
          <CheckResult found={check.data} />
        </Box>
      )}
      {check.error && (
        <Alert
          color="red"
          variant="light"
          role="alert"
          mx="lg"
          mb="md"
          title={explain(check.error).title}
        >
          {explain(check.error).detail}
        </Alert>
      )}
      <Table.ScrollContainer minWidth={640}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Key</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>Set</Table.Th>
              <Table.Th aria-label="Change" />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {(Object.keys(KEYS) as KeyName[]).map((name) => (
              <Row
                key={name}
                name={name}
                stored={keys.find((each) => each.name === name)}
                onChanged={check.reset}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}

interface RowProps {
  name: KeyName;
  stored: StoredKey | undefined;
  onChanged: () => void;
}

function Row({ name, stored, onChanged }: RowProps) {
  const client = useQueryClient();
  const { label, use } = KEYS[name];
  const [isOpen, dialog] = useDisclosure(false);
  const [value, setValue] = useState("");
  const change = useMutation({
    mutationFn: (next: string | null) => updateKey(name, next),
    onSuccess: (organisation) => {
      client.setQueryData(organisationQuery.queryKey, organisation);
      onChanged();
      close();
    },
  });
  const close = () => {
    setValue("");
    change.reset();
    dialog.close();
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    change.mutate(value.trim());
  };
  return (
    <Table.Tr>
      <Table.Td>
        <Text fw={560} size="sm">
          {label}
        </Text>
        <Text size="xs" c="dimmed">
          {use}
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          <StatusBadge label={stored ? "Set" : "Not set"} tone={stored ? "good" : "quiet"} />
          {stored?.ends_with && <span className="mono">…{stored.ends_with}</span>}
        </Group>
      </Table.Td>
      <Table.Td>
        <Instant at={stored?.updated_at ?? null} relative />
      </Table.Td>
      <Table.Td ta="right">
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`${stored ? "Change" : "Set"} ${label}`}
          onClick={dialog.open}
        >
          {stored ? "Change" : "Set"}
        </Button>
        <Modal opened={isOpen} onClose={close} title={label}>
          <form onSubmit={submit}>
            <Stack ta="left">
              {change.error && Object.keys(fieldErrors(change.error)).length === 0 && (
                <Alert color="red" variant="light" role="alert">
                  {explain(change.error).detail}
                </Alert>
              )}
              <PasswordInput
                label={stored ? "New key" : "Key"}
                description={use}
                autoComplete="off"
                data-autofocus
                value={value}
                error={fieldErrors(change.error)[`keys.${name}`]}
                onChange={({ currentTarget: { value: typed } }) => setValue(typed)}
              />
              <Group justify={stored ? "space-between" : "flex-end"}>
                {stored && (
                  <Button
                    color="red"
                    variant="subtle"
                    disabled={change.isPending}
                    onClick={() => change.mutate(null)}
                  >
                    Remove the key
                  </Button>
                )}
                <Button type="submit" disabled={value.trim() === ""} loading={change.isPending}>
                  Save key
                </Button>
              </Group>
            </Stack>
          </form>
        </Modal>
      </Table.Td>
    </Table.Tr>
  );
}
