import { Alert, Button, Checkbox, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { applyBacktest, type Backtest, backtestKeys } from "@/api/backtests";
import { explain } from "@/parts/explain";

interface Props {
  backtest: Backtest;
  opened: boolean;
  onClose: () => void;
}

/** The last word before records are replaced. */
export function ApplyDialog({ backtest, opened, onClose }: Props) {
  const client = useQueryClient();
  const [replacesCorrections, setReplacesCorrections] = useState(false);
  const apply = useMutation({
    mutationFn: () => applyBacktest(backtest.id, replacesCorrections),
    onSuccess: (now) => {
      client.setQueryData(backtestKeys.one(backtest.id), now);
      onClose();
    },
  });
  return (
    <Modal opened={opened} onClose={onClose} title="Replace the records?">
      <Stack>
        <Text size="sm">
          Each record that came out otherwise gets another revision, and goes wherever records go.
          The revisions before stay. Records that have changed since are left alone.
        </Text>
        <Checkbox
          label="Also replace records that a person vouches for"
          checked={replacesCorrections}
          onChange={({ currentTarget: { checked } }) => setReplacesCorrections(checked)}
        />
        {apply.error && (
          <Alert color="red" variant="light" role="alert" title={explain(apply.error).title}>
            {explain(apply.error).detail}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Leave them as they are
          </Button>
          <Button loading={apply.isPending} onClick={() => apply.mutate()}>
            Replace
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
