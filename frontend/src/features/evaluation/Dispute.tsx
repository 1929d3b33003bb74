import { Alert, Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconMessageExclamation } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { disputesQuery, type Evaluation } from "@/api/evaluations";
import { usePersonNames } from "@/features/session/usePersonNames";
import { useIsManager, useUser } from "@/features/session/useUser";
import { explain } from "@/parts/explain";
import type { useJudgement } from "./useJudgement";

interface Props {
  judgement: ReturnType<typeof useJudgement>;
}

/** Whoever thinks that an evaluation is wrong says why; somebody else decides. */
export function DisputeButton({ judgement }: Props) {
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

function DisputeForm({ judgement: { dispute }, onDone }: Props & { onDone: () => void }) {
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

/** What waits for a decision about an evaluation, and whether one may be the one who decides. */
export function useDispute({ call_id, policy_id, status }: Evaluation) {
  const { id: own } = useUser();
  const isManager = useIsManager();
  const isDisputed = status === "disputed";
  const disputes = useQuery({ ...disputesQuery(call_id), enabled: isDisputed });
  const open = disputes.data?.findLast(
    (each) => each.policy_id === policy_id && each.decided_at === null,
  );
  const canDecide = isManager && open !== undefined && open.raised_by !== own;
  return { isDisputed, open, canJudge: !isDisputed || canDecide };
}

/** What is disputed, and who can decide it how. */
export function Disputed({ dispute }: { dispute: ReturnType<typeof useDispute> }) {
  const nameOf = usePersonNames();
  const { open, canJudge } = dispute;
  const by = open && nameOf(open.raised_by);
  return (
    <Alert
      color="orange"
      variant="light"
      mx="md"
      mb="md"
      title={by ? `Disputed by ${by}` : "Disputed"}
    >
      {open && <Text size="sm">{open.reason}</Text>}
      <Text size="xs" mt={4}>
        {canJudge
          ? "You decide: overriding verdicts grants it, approving turns it down."
          : "A manager who did not raise it decides."}
      </Text>
    </Alert>
  );
}
