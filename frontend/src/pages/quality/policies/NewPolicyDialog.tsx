import { Alert, Modal, SimpleGrid, Skeleton, Stack, Text, UnstyledButton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { createPolicy, policyKeys, policyPresetsQuery, type PolicyDraft } from "@/api/policies";
import { explain } from "@/parts/explain";
import classes from "./Policies.module.css";

interface Props {
  opened: boolean;
  onClose: () => void;
}

const BLANK: PolicyDraft = { name: "New policy" };

/** Where a new policy starts from: one that works, or nothing. */
export function NewPolicyDialog({ opened, onClose }: Props) {
  const presets = useQuery({ ...policyPresetsQuery, enabled: opened });
  const client = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: createPolicy,
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: policyKeys.all });
      onClose();
      await navigate({ to: "/quality/policies/$policyId", params: { policyId: id } });
    },
  });
  return (
    <Modal opened={opened} onClose={onClose} title="New policy" size="lg">
      <Stack>
        {create.error && (
          <Alert color="red" variant="light" role="alert" title={explain(create.error).title}>
            {explain(create.error).detail}
          </Alert>
        )}
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {presets.isPending && [0, 1, 2, 3].map((each) => <Skeleton key={each} h={92} />)}
          {presets.data?.map(({ key, config }) => (
            <Choice
              key={key}
              title={config.name}
              about={config.criteria.map(({ name }) => name).join(", ")}
              isDisabled={create.isPending}
              onClick={() => create.mutate(config)}
            />
          ))}
          <Choice
            title="Blank"
            about="No criteria: write your own."
            isDisabled={create.isPending}
            onClick={() => create.mutate(BLANK)}
          />
        </SimpleGrid>
      </Stack>
    </Modal>
  );
}

interface ChoiceProps {
  title: string;
  about: string;
  isDisabled: boolean;
  onClick: () => void;
}

function Choice({ title, about, isDisabled, onClick }: ChoiceProps) {
  return (
    <UnstyledButton className={classes.choice} disabled={isDisabled} onClick={onClick}>
      <Text fw={600}>{title}</Text>
      <Text size="sm" c="dimmed" mt={2} lineClamp={3}>
        {about}
      </Text>
    </UnstyledButton>
  );
}
