import { Alert, Button, Group, Modal, Radio, Stack, Text, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconGavel, IconMessageExclamation } from "@tabler/icons-react";
import { useState } from "react";
import type { Evaluation } from "@/api/evaluations";
import { useIsManager, useUser } from "@/features/session/useUser";
import { explain } from "@/parts/explain";
import type { useJudgement } from "./useJudgement";

interface Props {
  evaluation: Evaluation;
  judgement: ReturnType<typeof useJudgement>;
}

/** Whoever thinks that an evaluation is wrong says why; a manager who did not, decides. */
export function Dispute({ evaluation, judgement }: Props) {
  const isManager = useIsManager();
  const { id } = useUser();
  const [isOpen, dialog] = useDisclosure(false);
  if (evaluation.status !== "disputed")
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
  const isOwn = evaluation.dispute?.raised_by === id;
  return (
    <Stack gap="xs">
      <Text size="sm">Disputed: {evaluation.dispute?.reason}</Text>
      {isManager && !isOwn && (
        <Button
          size="xs"
          leftSection={<IconGavel size={15} aria-hidden />}
          onClick={dialog.open}
          style={{ alignSelf: "flex-start" }}
        >
          Decide
        </Button>
      )}
      {isOwn && (
        <Text size="xs" c="dimmed">
          You raised it: another manager decides.
        </Text>
      )}
      <Modal opened={isOpen} onClose={dialog.close} title="Decide the dispute">
        <DecisionForm judgement={judgement} onDone={dialog.close} />
      </Modal>
    </Stack>
  );
}

interface FormProps {
  judgement: Props["judgement"];
  onDone: () => void;
}

function DisputeForm({ judgement: { dispute }, onDone }: FormProps) {
  const [reason, setReason] = useState("");
  return (
    <Stack>
      <Textarea
        label="What is wrong"
        autosize
        minRows={3}
        data-autofocus
        value={reason}
        onChange={({ currentTarget: { value } }) => setReason(value)}
      />
      <Refusal error={dispute.error} />
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

function DecisionForm({ judgement: { decide }, onDone }: FormProps) {
  const [decision, setDecision] = useState<"upheld" | "rejected" | null>(null);
  const [note, setNote] = useState("");
  return (
    <Stack>
      <Radio.Group
        label="The dispute is"
        value={decision}
        onChange={(value) => setDecision(value as "upheld" | "rejected")}
      >
        <Stack gap="xs" mt="xs">
          <Radio
            value="upheld"
            label="Upheld: the evaluation is wrong"
            description="It goes back to review, where its verdicts are overridden."
          />
          <Radio
            value="rejected"
            label="Rejected: the evaluation stands"
            description="It counts as reviewed."
          />
        </Stack>
      </Radio.Group>
      <Textarea
        label="Why"
        autosize
        minRows={2}
        value={note}
        onChange={({ currentTarget: { value } }) => setNote(value)}
      />
      <Refusal error={decide.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button
          disabled={decision === null}
          loading={decide.isPending}
          onClick={() =>
            decision && decide.mutate({ decision, note: note.trim() }, { onSuccess: onDone })
          }
        >
          Decide
        </Button>
      </Group>
    </Stack>
  );
}

function Refusal({ error }: { error: Error | null }) {
  if (!error) return null;
  return (
    <Alert color="red" variant="light" role="alert" title={explain(error).title}>
      {explain(error).detail}
    </Alert>
  );
}
