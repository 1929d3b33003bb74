import { Alert, Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconMessageExclamation } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { disputesQuery, type Evaluation } from "@/api/evaluations";
import { explain } from "@/parts/explain";
import type { useJudgement } from "./useJudgement";

interface Props {
  evaluation: Evaluation;
  judgement: ReturnType<typeof useJudgement>;
}

/** Whoever thinks that an evaluation is wrong says why; somebody else decides. */
export function DisputeButton({ judgement }: Pick<Props, "judgement">) {
  const [isOpen, dialog] = useDisclosure(false);
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconMessageExclamation size={15} aria-hidden />}
        onClick={dialog.open}
      >
        Dispute
      </Button>
      <Modal opened={isOpen} onClose={dialog.close} title="Dispute this evaluation">
        <DisputeForm judgement={judgement} onDone={dialog.close} />
      </Modal>
    </>
  );
}

function DisputeForm({
  judgement: { dispute },
  onDone,
}: Pick<Props, "judgement"> & { onDone: () => void }) {
  const [reason, setReason] = useState("");
  return (
    <Stack>
      <Textarea
        label="What is wrong"
        description="A manager or administrator other than you decides."
        rows={4}
        data-autofocus
        value={reason}
        onChange={({ currentTarget: { value } }) => setReason(value)}
      />
      {dispute.error && (
        <Alert color="red" variant="light" role="alert" title={explain(dispute.error).title}>
          {explain(dispute.error).detail}
        </Alert>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button
          disabled={reason.trim() === ""}
          loading={dispute.isPending}
          onClick={() => dispute.mutate(reason.trim(), { onSuccess: onDone })}
        >
          Dispute
        </Button>
      </Group>
    </Stack>
  );
}

/** What is disputed, and who can decide it how. */
export function Disputed({ evaluation }: Pick<Props, "evaluation">) {
  const disputes = useQuery(disputesQuery(evaluation.call_id));
  const open = disputes.data?.findLast(
    ({ policy_id, decided_at }) => policy_id === evaluation.policy_id && decided_at === null,
  );
  return (
    <Alert color="orange" variant="light" mx="md" mb="md" title="Disputed">
      {open && <Text size="sm">{open.reason}</Text>}
      <Text size="xs" mt={4}>
        A manager who did not raise it decides: overriding verdicts grants it, approving turns it
        down.
      </Text>
    </Alert>
  );
}
