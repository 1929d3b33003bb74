import { Alert, Button, Checkbox, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  destinationKeys,
  type Replayable,
  replayMany,
  replayPreviewQuery,
} from "@/api/destinations";
import { explain } from "@/parts/explain";
import { formatCount } from "@/parts/money";

interface Props {
  destinationId: string;
  opened: boolean;
  onClose: () => void;
}

/** Makes deliveries again, after saying how many. */
export function ReplayDialog({ destinationId, opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Replay deliveries">
      <Choice destinationId={destinationId} onClose={onClose} />
    </Modal>
  );
}

const LABELS: Record<Replayable, string> = {
  pending: "Waiting for another attempt",
  dead: "Given up",
  missed: "Missed while it was switched off",
  delivered: "Delivered already",
};

function Choice({ destinationId, onClose }: Omit<Props, "opened">) {
  const client = useQueryClient();
  const [day, setDay] = useState(() => yesterday());
  const [statuses, setStatuses] = useState<Replayable[]>(["pending", "dead", "missed"]);
  const which = { since: new Date(`${day}T00:00:00`).toISOString(), status: statuses };
  const preview = useQuery({
    ...replayPreviewQuery(destinationId, which),
    enabled: statuses.length > 0,
  });
  const replay = useMutation({
    mutationFn: () => replayMany(destinationId, which),
    onSuccess: async () => {
      onClose();
      await client.invalidateQueries({ queryKey: destinationKeys.deliveries });
    },
  });
  const count = statuses.length > 0 ? preview.data?.count : 0;
  return (
    <Stack>
      <TextInput
        type="date"
        label="Booked from"
        value={day}
        onChange={({ currentTarget: { value } }) => value && setDay(value)}
      />
      <Checkbox.Group label="Which" value={statuses} onChange={(chosen) => setStatuses(chosen)}>
        <Stack gap="xs" mt="xs">
          {Object.entries(LABELS).map(([value, label]) => (
            <Checkbox key={value} value={value} label={label} />
          ))}
        </Stack>
      </Checkbox.Group>
      <Text size="sm" c="dimmed">
        Receivers that keep the id of what they got take nothing twice.
      </Text>
      {replay.error && (
        <Alert color="red" variant="light" role="alert" title={explain(replay.error).title}>
          {explain(replay.error).detail}
        </Alert>
      )}
      <Group justify="flex-end">
        <Button disabled={!count} loading={replay.isPending} onClick={() => replay.mutate()}>
          {count === undefined ? "Send again" : `Send ${formatCount(count)} again`}
        </Button>
      </Group>
    </Stack>
  );
}

function yesterday(): string {
  const day = new Date();
  day.setDate(day.getDate() - 1);
  return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")}`;
}
