import { ActionIcon, Button, Card, Group, Menu, Skeleton, Table, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDots, IconPhoneIncoming, IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  deleteInboundRule,
  type InboundRule,
  inboundRulesQuery,
  saveInboundRule,
} from "@/api/phoneNumbers";
import { useIsManager } from "@/features/session/useUser";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { explain } from "@/parts/explain";
import { OlderOnes } from "@/parts/OlderOnes";
import { formatPhone } from "@/parts/phone";
import { StatusBadge } from "@/parts/StatusBadge";
import { sayCaller } from "./callers";
import { RuleDialog } from "./RuleDialog";

/** What the agents are told about callers, and who does not get through. */
export function InboundRules() {
  const isManager = useIsManager();
  const rules = useInfiniteQuery(inboundRulesQuery);
  const found = rules.data?.pages.flatMap((page) => page.items);
  const [edited, setEdited] = useState<InboundRule | "new" | null>(null);
  return (
    <Card padding={0} component="section" aria-label="Inbound rules">
      <Group justify="space-between" align="flex-start" p="lg" pb="md">
        <div style={{ maxWidth: 560 }}>
          <Title order={2}>Inbound rules</Title>
          <Text size="sm" c="dimmed" mt={2}>
            Block callers, or tell the agent who is calling before it answers. The most specific
            rule applies.
          </Text>
        </div>
        {isManager && (
          <Button leftSection={<IconPlus size={17} aria-hidden />} onClick={() => setEdited("new")}>
            New rule
          </Button>
        )}
      </Group>
      {rules.error && <ErrorState error={rules.error} onRetry={() => void rules.refetch()} />}
      {rules.isPending && <Skeleton h={120} m="lg" w="auto" />}
      {found?.length === 0 && (
        <EmptyState icon={IconPhoneIncoming} title="No rules">
          Every caller gets through, and the agent uses its default values.
        </EmptyState>
      )}
      {found && found.length > 0 && (
        <Table.ScrollContainer minWidth={640}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Caller</Table.Th>
                <Table.Th>Number called</Table.Th>
                <Table.Th>What happens</Table.Th>
                <Table.Th>Note</Table.Th>
                <Table.Th aria-label="More" />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {found.map((rule) => (
                <Row key={rule.id} rule={rule} onEdit={() => setEdited(rule)} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <OlderOnes list={rules} />
      {edited && (
        <RuleDialog rule={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
    </Card>
  );
}

function Row({ rule, onEdit }: { rule: InboundRule; onEdit: () => void }) {
  const client = useQueryClient();
  const isManager = useIsManager();
  const refresh = () => client.invalidateQueries({ queryKey: inboundRulesQuery.queryKey });
  const restore = async () => {
    const { caller, phone_number, is_blocked, variables, note } = rule;
    await saveInboundRule(null, { caller, phone_number, is_blocked, variables, note });
    await refresh();
  };
  const remove = useMutation({
    mutationFn: () => deleteInboundRule(rule.id),
    onSuccess: async () => {
      await refresh();
      const id = notifications.show({
        autoClose: 8000,
        message: (
          <Group justify="space-between">
            The rule is deleted.
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => {
                notifications.hide(id);
                void restore();
              }}
            >
              Undo
            </Button>
          </Group>
        ),
      });
    },
    onError: (error) => {
      const { title, detail } = explain(error);
      notifications.show({ color: "red", title, message: detail });
    },
  });
  const known = Object.entries(rule.variables);
  return (
    <Table.Tr>
      <Table.Td fw={560}>{sayCaller(rule.caller)}</Table.Td>
      <Table.Td>{rule.phone_number ? formatPhone(rule.phone_number) : "Any"}</Table.Td>
      <Table.Td>
        {rule.is_blocked ? (
          <StatusBadge label="Blocked" tone="bad" />
        ) : (
          <Text size="sm">
            {known.map(([name, value]) => `${name}: ${value}`).join(", ") || "Gets through"}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Text size="sm" c="dimmed">
          {rule.note}
        </Text>
      </Table.Td>
      <Table.Td ta="right">
        {isManager && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`More about ${sayCaller(rule.caller)}`}
              >
                <IconDots size={17} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={onEdit}>Edit</Menu.Item>
              <Menu.Item color="red" disabled={remove.isPending} onClick={() => remove.mutate()}>
                Delete
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
