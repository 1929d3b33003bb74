import { Button, Card, Group, Skeleton, Table, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPhoneCheck, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Hook, hooksQuery, removeHook, rotateHookSecret } from "@/api/hooks";
import { useIsAdmin, useIsManager } from "@/features/session/useUser";
import { Asked } from "@/parts/Asked";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { StatusBadge } from "@/parts/StatusBadge";
import { HookDialog } from "./HookDialog";
import { standingOf } from "./hookWords";
import { Inquiries } from "./Inquiries";
import { SecretDialog } from "./SecretDialog";
import { TryDialog } from "./TryDialog";

/** Who is asked about a number before it is dialed, and what they said. */
export function Hooks() {
  const hooks = useQuery(hooksQuery);
  const isAdmin = useIsAdmin();
  const isManager = useIsManager();
  const [isMaking, making] = useDisclosure(false);
  return (
    <Card padding={0} component="section" aria-label="Look-ups before a dial" mt="lg">
      <Group justify="space-between" p="lg" pb="md" wrap="nowrap" align="flex-start">
        <div>
          <Title order={2}>Look-ups before a dial</Title>
          <Text size="sm" c="dimmed" mt={2}>
            Addresses of yours that are asked about each number: a do-not-call register, reassigned
            numbers, line types. Each has to allow it.
          </Text>
        </div>
        {isAdmin && (
          <Button
            leftSection={<IconPlus size={17} aria-hidden />}
            style={{ flexShrink: 0 }}
            onClick={making.open}
          >
            New look-up
          </Button>
        )}
      </Group>
      {hooks.error && <ErrorState error={hooks.error} onRetry={() => void hooks.refetch()} />}
      {hooks.isPending && <Skeleton h={120} m="lg" w="auto" />}
      {hooks.data?.length === 0 && (
        <EmptyState icon={IconPhoneCheck} title="Nobody is asked before a dial">
          A look-up answers whether a number may be called; without an answer it is not.
        </EmptyState>
      )}
      {hooks.data && hooks.data.length > 0 && <Rows hooks={hooks.data} />}
      {isManager && <Inquiries />}
      {isMaking && <HookDialog hook={null} onClose={making.close} />}
    </Card>
  );
}

function Rows({ hooks }: { hooks: Hook[] }) {
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Look-up</Table.Th>
            <Table.Th>Asked before</Table.Th>
            <Table.Th>Without an answer</Table.Th>
            <Table.Th>Health</Table.Th>
            <Table.Th aria-label="Actions" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {hooks.map((hook) => (
            <Row key={hook.id} hook={hook} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({ hook }: { hook: Hook }) {
  const { health, on_failure, open_reason } = hook;
  return (
    <Table.Tr>
      <Table.Td maw={280}>
        <Text size="sm" fw={500}>
          {hook.name}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {hook.url}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm">{hook.purposes.join(", ")}</Text>
        {hook.agent_ids && (
          <Text size="xs" c="dimmed">
            {hook.agent_ids.length === 1 ? "one agent" : `${hook.agent_ids.length} agents`}
          </Text>
        )}
      </Table.Td>
      <Table.Td maw={220}>
        <Text size="sm">{on_failure === "closed" ? "Not dialed" : "Dialed"}</Text>
        {open_reason && (
          <Text size="xs" c="dimmed">
            {open_reason}
          </Text>
        )}
      </Table.Td>
      <Table.Td maw={260}>
        <StatusBadge {...standingOf(hook)} />
        {health.failures > 0 && (
          <Text size="xs" c="dimmed">
            {health.last_failure}
            {health.failing_since && (
              <>
                {" "}
                Since <Instant at={health.failing_since} />.
              </>
            )}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Actions hook={hook} />
      </Table.Td>
    </Table.Tr>
  );
}

function Actions({ hook }: { hook: Hook }) {
  const client = useQueryClient();
  const isAdmin = useIsAdmin();
  const isManager = useIsManager();
  const [isTrying, trying] = useDisclosure(false);
  const [isChanging, changing] = useDisclosure(false);
  const [secret, setSecret] = useState<string | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: hooksQuery.queryKey });
  const removing = useMutation({ mutationFn: () => removeHook(hook.id), onSuccess: refresh });
  const rotating = useMutation({
    mutationFn: () => rotateHookSecret(hook.id),
    onSuccess: async (made) => {
      setSecret(made.secret);
      await refresh();
    },
  });
  return (
    <Group gap={6} justify="flex-end" wrap="nowrap">
      {isManager && (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Try it: ${hook.name}`}
          onClick={trying.open}
        >
          Try it
        </Button>
      )}
      {isAdmin && (
        <>
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`Change ${hook.name}`}
            onClick={changing.open}
          >
            Change
          </Button>
          <Asked
            question="Make a new secret?"
            effect="The one before signs along for 24 hours, so nothing is missed meanwhile."
            act="New secret"
            size="compact-xs"
            doing={rotating}
          />
          <Asked
            question={`Remove ${hook.name}?`}
            effect="It is asked no more, and what it said about numbers counts no more. What it was asked and has answered is kept."
            act="Remove"
            color="red"
            size="compact-xs"
            doing={removing}
          />
        </>
      )}
      {isTrying && <TryDialog hook={hook} onClose={trying.close} />}
      {isChanging && <HookDialog hook={hook} onClose={changing.close} />}
      {secret && <SecretDialog secret={secret} onClose={() => setSecret(null)} />}
    </Group>
  );
}
