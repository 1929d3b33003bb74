import {
  ActionIcon,
  Alert,
  Button,
  Card,
  Group,
  Menu,
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
import { notifications } from "@mantine/notifications";
import { IconDots, IconUserPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  accountKeys,
  createPasswordLink,
  inviteUser,
  type Member,
  type PasswordLink,
  updateUser,
  usersQuery,
} from "@/api/accounts";
import { fieldErrors } from "@/api/problem";
import { explain } from "@/parts/explain";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { StatusBadge } from "@/parts/StatusBadge";
import type { Tone } from "@/parts/statuses";
import type { Role } from "@/api/session";
import { useUser } from "@/features/session/useUser";
import { Copyable } from "@/parts/Copyable";
import { ROLE_USES, ROLES } from "./roles";

const STATUSES: Record<Member["status"], { label: string; tone: Tone }> = {
  active: { label: "Active", tone: "good" },
  invited: { label: "Invited", tone: "waiting" },
  deactivated: { label: "Deactivated", tone: "quiet" },
};

/** Who may log in, and as what. */
export function People() {
  const people = useQuery(usersQuery);
  const [isInviting, inviting] = useDisclosure(false);
  const [link, setLink] = useState<PasswordLink | null>(null);
  return (
    <Card padding={0} component="section">
      <Group justify="space-between" p="lg" pb="md">
        <Title order={2}>People</Title>
        <Button leftSection={<IconUserPlus size={17} aria-hidden />} onClick={inviting.open}>
          Invite user
        </Button>
      </Group>
      {people.error && <ErrorState error={people.error} onRetry={() => void people.refetch()} />}
      {people.isPending && <Skeleton h={160} m="lg" w="auto" />}
      {people.data && (
        <Table.ScrollContainer minWidth={720}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Role</Table.Th>
                <Table.Th>State</Table.Th>
                <Table.Th>Last login</Table.Th>
                <Table.Th aria-label="More" />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {people.data.items.map((member) => (
                <Row key={member.id} member={member} onLink={setLink} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <InviteDialog opened={isInviting} onClose={inviting.close} onLink={setLink} />
      <Modal opened={link !== null} onClose={() => setLink(null)} title="Share this link">
        <Stack>
          <Text size="sm">
            The link lets them set a password once, until <Instant at={link?.expires_at ?? null} />.
            It is not shown again: pass it on by a way that only they read. Ringback sends no
            e-mail.
          </Text>
          <Copyable label="Link" value={link?.url ?? ""} />
        </Stack>
      </Modal>
    </Card>
  );
}

function Row({ member, onLink }: { member: Member; onLink: (link: PasswordLink) => void }) {
  const client = useQueryClient();
  const { id: own } = useUser();
  const refresh = () => client.invalidateQueries({ queryKey: accountKeys.users });
  const onError = (error: Error) => {
    const { title, detail } = explain(error);
    notifications.show({ color: "red", title, message: detail });
  };
  const update = useMutation({
    mutationFn: (changes: {
      role?: Role;
      is_active?: boolean;
      api_keys?: "revoke" | "take_over";
    }) => updateUser(member.id, changes),
    onSuccess: () => {
      asking.close();
      return refresh();
    },
    onError,
  });
  const [isAsking, asking] = useDisclosure(false);
  const reset = useMutation({
    mutationFn: () => createPasswordLink(member.id),
    onSuccess: onLink,
    onError,
  });
  const isActive = member.status !== "deactivated";
  return (
    <Table.Tr>
      <Table.Td>
        <Text fw={560} size="sm">
          {member.name}
        </Text>
        <Text size="xs" c="dimmed">
          {member.email}
        </Text>
      </Table.Td>
      <Table.Td>
        <Select
          size="xs"
          w={280}
          aria-label={`Role of ${member.name}`}
          allowDeselect={false}
          disabled={member.id === own || !isActive || update.isPending}
          data={ROLES}
          value={member.role}
          onChange={(role) => role && update.mutate({ role })}
        />
      </Table.Td>
      <Table.Td>
        <StatusBadge {...STATUSES[member.status]} />
      </Table.Td>
      <Table.Td>
        <Instant at={member.last_login_at} relative />
      </Table.Td>
      <Table.Td ta="right">
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={`More about ${member.name}`}>
              <IconDots size={17} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => reset.mutate()}>
              {member.status === "invited" ? "New invitation link" : "Link to reset the password"}
            </Menu.Item>
            <Menu.Item
              {...(isActive && { color: "red" })}
              disabled={member.id === own}
              onClick={() => (isActive ? asking.open() : update.mutate({ is_active: true }))}
            >
              {isActive ? "Deactivate" : "Activate"}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <Modal opened={isAsking} onClose={asking.close} title={`Deactivate ${member.name}?`}>
          <Stack ta="left">
            <Text size="sm">
              {member.name} is logged out everywhere and cannot log in. The API keys that{" "}
              {member.name} has made end too, and what uses them stops working, unless you take them
              over.
            </Text>
            <Group justify="flex-end">
              <Button
                variant="default"
                loading={update.isPending}
                onClick={() => update.mutate({ is_active: false, api_keys: "take_over" })}
              >
                Deactivate, take the keys over
              </Button>
              <Button
                color="red"
                loading={update.isPending}
                onClick={() => update.mutate({ is_active: false })}
              >
                Deactivate, end the keys
              </Button>
            </Group>
          </Stack>
        </Modal>
      </Table.Td>
    </Table.Tr>
  );
}

interface InviteProps {
  opened: boolean;
  onClose: () => void;
  onLink: (link: PasswordLink) => void;
}

function InviteDialog({ opened, onClose, onLink }: InviteProps) {
  const client = useQueryClient();
  const form = useForm({
    initialValues: { name: "", email: "", role: "reviewer" as Role },
    validate: {
      name: (name) => (name.trim() ? null : "Enter a name."),
      email: (email) => (/\S@\S/.test(email) ? null : "Enter an e-mail address."),
    },
  });
  const invite = useMutation({
    mutationFn: ({ name, email, role }: typeof form.values) => inviteUser(email, name, role),
    onSuccess: async ({ invitation }) => {
      await client.invalidateQueries({ queryKey: accountKeys.users });
      form.reset();
      onClose();
      onLink(invitation);
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <Modal opened={opened} onClose={onClose} title="Invite user">
      <form onSubmit={form.onSubmit((values) => invite.mutate(values))}>
        <Stack>
          {invite.error && Object.keys(form.errors).length === 0 && (
            <Alert color="red" variant="light" role="alert">
              {explain(invite.error).detail}
            </Alert>
          )}
          <TextInput label="Name" data-autofocus {...form.getInputProps("name")} />
          <TextInput label="E-mail" type="email" {...form.getInputProps("email")} />
          <Select
            label="Role"
            description={ROLE_USES[form.values.role]}
            allowDeselect={false}
            data={ROLES}
            {...form.getInputProps("role")}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={invite.isPending}>
              Invite
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
