import {
  Alert,
  Anchor,
  Button,
  Card,
  Checkbox,
  Code,
  Group,
  Modal,
  Select,
  Skeleton,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  accountKeys,
  type ApiKey,
  apiKeysQuery,
  makeApiKey,
  type NewApiKey,
  revokeApiKey,
} from "@/api/accounts";
import { fieldErrors } from "@/api/problem";
import { explain } from "@/parts/explain";
import { Asked } from "@/parts/Asked";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { StatusBadge } from "@/parts/StatusBadge";
import type { Role } from "@/api/session";
import { Copyable } from "@/parts/Copyable";
import { ROLE_LABELS, ROLE_USES, ROLES } from "./roles";

/** What programs log in with. */
export function ApiKeys() {
  const keys = useQuery(apiKeysQuery);
  const [isMaking, making] = useDisclosure(false);
  const [made, setMade] = useState<NewApiKey | null>(null);
  return (
    <Card padding={0} component="section">
      <Group justify="space-between" p="lg" pb="md">
        <Title order={2}>API keys</Title>
        <Button leftSection={<IconPlus size={17} aria-hidden />} onClick={making.open}>
          New key
        </Button>
      </Group>
      {keys.error && <ErrorState error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.isPending && <Skeleton h={160} m="lg" w="auto" />}
      {keys.data?.items.length === 0 && (
        <EmptyState icon={IconKey} title="No keys yet">
          A program that places calls or follows the feed logs in with a key of its own.
        </EmptyState>
      )}
      {keys.data && keys.data.items.length > 0 && (
        <Table.ScrollContainer minWidth={720}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Begins with</Table.Th>
                <Table.Th>Role</Table.Th>
                <Table.Th>Last used</Table.Th>
                <Table.Th>Expires</Table.Th>
                <Table.Th aria-label="Revoke" />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {keys.data.items.map((key) => (
                <Row key={key.id} apiKey={key} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <NewKeyDialog opened={isMaking} onClose={making.close} onMade={setMade} />
      {made && <Made made={made} onClose={() => setMade(null)} />}
    </Card>
  );
}

/** The key, once. Closing it takes a word that it was copied. */
function Made({ made, onClose }: { made: NewApiKey; onClose: () => void }) {
  const [isCopied, setIsCopied] = useState(false);
  return (
    <Modal
      opened
      onClose={onClose}
      title={made.name}
      size="lg"
      withCloseButton={isCopied}
      closeOnClickOutside={isCopied}
      closeOnEscape={isCopied}
    >
      <Stack>
        <Text size="sm">Copy it now; you won’t see it again.</Text>
        <Copyable label="Key" value={made.key} />
        <div>
          <Text size="sm" mb={4}>
            Try it:
          </Text>
          <Code block>
            {`curl ${window.location.origin}/api/v1/calls?limit=1 \\\n  -H "Authorization: Bearer ${made.key}"`}
          </Code>
          <Anchor size="sm" href="/docs" target="_blank" rel="noopener">
            API documentation
          </Anchor>
        </div>
        <Checkbox
          label="I have copied the key"
          checked={isCopied}
          onChange={(event) => setIsCopied(event.currentTarget.checked)}
        />
        <Group justify="flex-end">
          <Button disabled={!isCopied} onClick={onClose}>
            Done
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Row({ apiKey }: { apiKey: ApiKey }) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeApiKey(apiKey.id),
    onSuccess: () => client.invalidateQueries({ queryKey: accountKeys.keys }),
  });
  return (
    <Table.Tr>
      <Table.Td fw={560}>{apiKey.name}</Table.Td>
      <Table.Td>
        <span className="mono">{apiKey.prefix}…</span>
      </Table.Td>
      <Table.Td>{ROLE_LABELS[apiKey.role]}</Table.Td>
      <Table.Td>
        <Instant at={apiKey.last_used_at} relative />
      </Table.Td>
      <Table.Td>
        {apiKey.revoked_at ? (
          <StatusBadge label="Revoked" tone="quiet" />
        ) : (
          <Instant at={apiKey.expires_at} />
        )}
      </Table.Td>
      <Table.Td ta="right">
        {!apiKey.revoked_at && (
          <Asked
            size="compact-xs"
            question={`Revoke ${apiKey.name}?`}
            effect="Whoever uses it is refused from now on, and its streams end within seconds. This cannot be undone."
            act="Revoke"
            color="red"
            doing={revoke}
          />
        )}
      </Table.Td>
    </Table.Tr>
  );
}

const LIVES = [
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
  { value: "never", label: "Never" },
];

interface NewKeyProps {
  opened: boolean;
  onClose: () => void;
  onMade: (key: NewApiKey) => void;
}

function NewKeyDialog({ opened, onClose, onMade }: NewKeyProps) {
  const client = useQueryClient();
  const form = useForm({
    initialValues: { name: "", role: "manager" as Role, ends: "365" },
    validate: { name: (name) => (name.trim() ? null : "Say what it is for.") },
  });
  const make = useMutation({
    mutationFn: ({ name, role, ends }: typeof form.values) => makeApiKey(name, role, endOf(ends)),
    onSuccess: async (key) => {
      await client.invalidateQueries({ queryKey: accountKeys.keys });
      form.reset();
      onClose();
      onMade(key);
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <Modal opened={opened} onClose={onClose} title="New API key">
      <form onSubmit={form.onSubmit((values) => make.mutate(values))}>
        <Stack>
          {make.error && Object.keys(form.errors).length === 0 && (
            <Alert color="red" variant="light" role="alert">
              {explain(make.error).detail}
            </Alert>
          )}
          <TextInput
            label="What it is for"
            placeholder="CRM import"
            data-autofocus
            {...form.getInputProps("name")}
          />
          <Select
            label="Role"
            description={ROLE_USES[form.values.role]}
            allowDeselect={false}
            data={ROLES}
            {...form.getInputProps("role")}
          />
          <Select
            label="Expires"
            allowDeselect={false}
            data={LIVES}
            {...form.getInputProps("ends")}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={make.isPending}>
              Create key
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function endOf(days: string): string | null {
  return days === "never" ? null : new Date(Date.now() + Number(days) * 86_400_000).toISOString();
}
