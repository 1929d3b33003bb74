import {
  Alert,
  Anchor,
  Button,
  Group,
  Modal,
  Skeleton,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconCloudDownload, IconSearch } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { draftKeys } from "@/api/drafts";
import { explain } from "@/parts/explain";
import { type Importable, importableQuery, takeOver } from "@/api/sync";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import classes from "./List.module.css";

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** Agents that somebody made at Retell itself: each can go on from here. */
export function TakeOverDialog({ opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Take over an agent from Retell" size="lg">
      <Text size="sm" c="dimmed" mb="md">
        Its prompt, voice and settings become a draft here. At Retell nothing changes until you
        publish; publishing goes on with that very agent, so its phone numbers stay.
      </Text>
      <Choices onClose={onClose} />
    </Modal>
  );
}

function Choices({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const found = useQuery(importableQuery);
  const [wanted, setWanted] = useState("");
  const take = useMutation({
    mutationFn: ({ retell_agent_id }: Importable) => takeOver(retell_agent_id),
    onSuccess: async (agent) => {
      await client.invalidateQueries({ queryKey: draftKeys.all });
      onClose();
      await navigate({ to: "/agents/$agentId", params: { agentId: agent.id } });
      notifications.show({
        title: `${agent.name} is here as a draft`,
        message: "Define its record, review the settings, then publish.",
      });
    },
    // Somebody may have been faster.
    onError: () => found.refetch(),
  });
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data)
    return (
      <Stack gap="xs" aria-busy>
        {[0, 1, 2].map((each) => (
          <Skeleton key={each} h={56} />
        ))}
      </Stack>
    );
  if (found.data.length === 0)
    return (
      <EmptyState icon={IconCloudDownload} title="There is no voice agent at Retell">
        The account that the API key belongs to has none yet. Start one here with “New agent”.
      </EmptyState>
    );
  const shown = matching(found.data, wanted);
  return (
    <Stack gap="sm">
      {take.error && (
        <Alert color="red" variant="light" role="alert" title={explain(take.error).title}>
          {explain(take.error).detail}
        </Alert>
      )}
      <TextInput
        aria-label="Name or id"
        placeholder="Name or id"
        leftSection={<IconSearch size={16} aria-hidden />}
        data-autofocus
        value={wanted}
        onChange={({ currentTarget: { value } }) => setWanted(value)}
      />
      <ul className={classes.plainList} aria-label="Agents at Retell">
        {shown.map((each) => (
          <Choice
            key={each.retell_agent_id}
            agent={each}
            isRunning={take.isPending && take.variables.retell_agent_id === each.retell_agent_id}
            isDisabled={take.isPending}
            onTake={() => take.mutate(each)}
          />
        ))}
      </ul>
      {shown.length === 0 && (
        <Text size="sm" c="dimmed">
          No agent at Retell is called so.
        </Text>
      )}
    </Stack>
  );
}

interface ChoiceProps {
  agent: Importable;
  isRunning: boolean;
  isDisabled: boolean;
  onTake: () => void;
}

function Choice({ agent, isRunning, isDisabled, onTake }: ChoiceProps) {
  const { agent_id: known } = agent;
  const name = agent.name ?? "Without a name";
  return (
    <li className={classes.field}>
      <Group p="sm" justify="space-between" wrap="nowrap">
        <div style={{ minWidth: 0 }}>
          <Text fw={560} size="sm" truncate>
            {name}
          </Text>
          <Text size="xs" c="dimmed" truncate>
            <span className="mono">{agent.retell_agent_id}</span>
            {agent.modified_at && (
              <>
                {" · changed "}
                <Instant at={agent.modified_at} relative />
              </>
            )}
          </Text>
        </div>
        {known === null ? (
          <Button
            size="xs"
            variant="default"
            style={{ flexShrink: 0 }}
            aria-label={`Take over ${name}`}
            loading={isRunning}
            disabled={isDisabled && !isRunning}
            onClick={onTake}
          >
            Take over
          </Button>
        ) : (
          <Text size="sm" style={{ flexShrink: 0 }}>
            <Anchor
              inherit
              aria-label={`Show ${name}, which is here already`}
              renderRoot={(props) => (
                <Link {...props} to="/agents/$agentId" params={{ agentId: known }} />
              )}
            >
              Here already
            </Anchor>
          </Text>
        )}
      </Group>
    </li>
  );
}

/** Those not here yet come first. */
function matching(agents: Importable[], wanted: string): Importable[] {
  const words = wanted.trim().toLowerCase();
  return agents
    .filter(({ name, retell_agent_id: id }) => `${name ?? ""} ${id}`.toLowerCase().includes(words))
    .sort((one, other) => Number(one.agent_id !== null) - Number(other.agent_id !== null));
}
