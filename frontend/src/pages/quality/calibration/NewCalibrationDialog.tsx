import {
  Alert,
  Button,
  Group,
  Modal,
  MultiSelect,
  NumberInput,
  Select,
  Stack,
  Text,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type SyntheticEvent, useState } from "react";
import {
  calibrationKeys,
  type CallChoice,
  createCalibration,
  ratersQuery,
} from "@/api/calibrations";
import { policiesQuery } from "@/api/policies";
import { explain } from "@/parts/explain";

interface Props {
  opened: boolean;
  onClose: () => void;
  /** The policy that is chosen to begin with. */
  policyId?: string;
}

const FEW = 10;

/** Which policy is measured, on which calls, by whom. */
export function NewCalibrationDialog({ opened, onClose, policyId }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="New calibration" size="lg">
      <Form onDone={onClose} policyId={policyId ?? null} />
    </Modal>
  );
}

function Form({ onDone, policyId }: { onDone: () => void; policyId: string | null }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const policies = useQuery(policiesQuery);
  const people = useQuery(ratersQuery);
  const [policy, setPolicy] = useState<string | null>(policyId);
  const [raters, setRaters] = useState<string[]>([]);
  const [choose, setChoose] = useState<CallChoice["choose"]>("stratified");
  const [count, setCount] = useState(20);
  const published = (policies.data ?? []).filter(
    ({ published_version: live, archived_at }) => live !== null && archived_at === null,
  );
  const create = useMutation({
    mutationFn: (policyId: string) =>
      createCalibration({ policy_id: policyId, raters, calls: { choose, count } }),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: calibrationKeys.all });
      onDone();
      await navigate({
        to: "/quality/calibrations/$calibrationId",
        params: { calibrationId: id },
      });
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (policy) create.mutate(policy);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Select
          label="Policy"
          description="The version that scores calls now is measured."
          data={published.map(({ id, name }) => ({ value: id, label: name }))}
          value={policy}
          onChange={setPolicy}
          allowDeselect={false}
        />
        <MultiSelect
          label="Raters"
          description="Each scores every call without seeing the others, or the model."
          data={people.data?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
          value={raters}
          onChange={setRaters}
          searchable
        />
        <Group grow align="flex-start">
          <Select
            label="Calls"
            allowDeselect={false}
            data={[
              { value: "stratified", label: "From the worst score to the best" },
              { value: "random", label: "At random" },
            ]}
            value={choose}
            onChange={(chosen) => setChoose(chosen ?? "random")}
          />
          <NumberInput
            label="How many"
            min={1}
            max={200}
            value={count}
            onChange={(value) => setCount(Number(value) || 1)}
          />
        </Group>
        {count < FEW && (
          <Text size="sm" c="dimmed">
            With fewer than {FEW} calls the result is hardly more than chance.
          </Text>
        )}
        {create.error && (
          <Alert color="red" variant="light" role="alert" title={explain(create.error).title}>
            {explain(create.error).detail}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button
            type="submit"
            disabled={policy === null || raters.length === 0}
            loading={create.isPending}
          >
            Start
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
