import { Alert, Modal, SimpleGrid, Skeleton, Stack, Text, UnstyledButton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { agentsQuery, type Preset, presetsQuery } from "@/api/agents";
import { createDraft, draftKeys } from "@/api/drafts";
import { explain } from "@/parts/explain";
import { humanise } from "@/parts/words";
import classes from "./List.module.css";

type Config = Parameters<typeof createDraft>[0];

const ABOUT: Record<string, string> = {
  driver_check_in: "Asks a truck driver where the load stands and when it arrives.",
  appointment_reminder: "Reminds of an appointment; confirms, moves or cancels it.",
  emergency: "Takes an emergency down: where, what, who, and how bad.",
  sales_qualification: "Finds out whether a lead has need, budget and time.",
};

/** Where a new agent starts from: one that works, or nothing. */
export function NewAgentDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const presets = useQuery(presetsQuery);
  const names = useQuery(agentsQuery).data?.map(({ name }) => name) ?? [];
  const client = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: (config: Config) =>
      createDraft({ ...config, name: freeName(config.name ?? "New agent", names) }),
    onSuccess: async (agent) => {
      await client.invalidateQueries({ queryKey: draftKeys.all });
      onClose();
      await navigate({ to: "/agents/$agentId", params: { agentId: agent.id } });
    },
  });
  const blank = { name: "New agent", prompt: "You are on the phone with a customer." };
  return (
    <Modal opened={opened} onClose={onClose} title="New agent" size="lg">
      <Stack>
        {create.error && (
          <Alert color="red" variant="light" role="alert">
            {explain(create.error).detail}
          </Alert>
        )}
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {presets.isPending && [0, 1, 2, 3].map((each) => <Skeleton key={each} h={92} />)}
          {presets.data?.map((preset) => (
            <Choice
              key={preset.key}
              title={preset.config.name}
              about={aboutPreset(preset)}
              isDisabled={create.isPending}
              onClick={() => create.mutate(preset.config)}
            />
          ))}
          <Choice
            title="Blank"
            about="A prompt of one sentence and no record."
            isDisabled={create.isPending}
            onClick={() => create.mutate(blank)}
          />
        </SimpleGrid>
      </Stack>
    </Modal>
  );
}

/** The name, or the first of those with a number after it that no agent has. */
function freeName(name: string, taken: string[]): string {
  let free = name;
  for (let number = 2; taken.includes(free); number += 1) free = `${name} ${number}`;
  return free;
}

function aboutPreset({ key, config }: Preset): string {
  return ABOUT[key] ?? config.begin_message ?? humanise(key);
}

interface ChoiceProps {
  title: string;
  about: string;
  isDisabled: boolean;
  onClick: () => void;
}

function Choice({ title, about, isDisabled, onClick }: ChoiceProps) {
  return (
    <UnstyledButton
      className={`${classes.field ?? ""} ${classes.card ?? ""}`}
      style={{ marginTop: 0, padding: 14 }}
      disabled={isDisabled}
      onClick={onClick}
    >
      <Text fw={600}>{title}</Text>
      <Text size="sm" c="dimmed" mt={2}>
        {about}
      </Text>
    </UnstyledButton>
  );
}
