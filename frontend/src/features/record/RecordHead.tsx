import { Button, Group, Modal, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconChecks, IconFlag, IconMessage, IconRefresh } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type CallDetail, callKeys } from "@/api/calls";
import { type CallRecord, extractAgain } from "@/api/records";
import { Instant } from "@/parts/Instant";
import { StatusBadge } from "@/parts/StatusBadge";
import { usePersonNames } from "@/features/session/usePersonNames";
import { useIsManager } from "@/features/session/useUser";
import classes from "./Record.module.css";
import { tell } from "./useVerdict";
import { Noted } from "./Noted";
import { standingOf } from "./verdict";

interface Props {
  call: CallDetail;
  record: CallRecord;
  isApproving: boolean;
  /** Why it cannot be approved now; null when it can. */
  hindrance: string | null;
  onApprove: () => void;
  onApproveWith: (note: string) => void;
  isFlagging: boolean;
  /** Sends a record that stands back into review. */
  onFlag: (note: string) => void;
}

export function RecordHead(props: Props) {
  const { call, record, isApproving, hindrance, onApprove, onApproveWith } = props;
  const isManager = useIsManager();
  const personName = usePersonNames();
  const [isAsking, { open: ask, close: doNotAsk }] = useDisclosure(false);
  const client = useQueryClient();
  const extract = useMutation({
    mutationFn: () => extractAgain(call.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: callKeys.one(call.id) });
      notifications.show({
        title: "Extraction is running",
        message: "The new revision will appear shortly.",
      });
    },
    onError: tell,
  });
  return (
    <div className={classes.head} style={{ borderBottom: 0 }}>
      <Group justify="space-between">
        <div>
          <Group gap="sm">
            <Title order={2}>Record</Title>
            <StatusBadge {...standingOf(record)} />
          </Group>
          <Text size="xs" c="dimmed" mt={2}>
            Revision {record.revision} ·{" "}
            {record.corrected_by
              ? `${record.origin === "approval" ? "approved" : "corrected"} by ${personName(record.corrected_by) ?? "a person"}`
              : (record.model ?? "no model")}{" "}
            · <Instant at={record.created_at} />
          </Text>
          {record.note && (
            <Text size="xs" mt={2}>
              “{record.note}”
            </Text>
          )}
        </div>
        <Group gap="xs">
          {isManager && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconRefresh size={15} aria-hidden />}
              loading={extract.isPending}
              onClick={record.status === "corrected" ? ask : () => extract.mutate()}
            >
              Re-run extraction
            </Button>
          )}
          <Modal opened={isAsking} onClose={doNotAsk} title="Re-run extraction?">
            <Text>
              A person has approved or corrected this record. The new revision takes its place; this
              one stays among the revisions.
            </Text>
            <Group justify="flex-end" mt="lg">
              <Button variant="default" onClick={doNotAsk}>
                Keep it
              </Button>
              <Button
                onClick={() => {
                  doNotAsk();
                  extract.mutate();
                }}
              >
                Re-run extraction
              </Button>
            </Group>
          </Modal>
          {(record.status === "valid" || record.status === "corrected") && (
            <Noted
              label={record.status === "valid" ? "Flag for review" : "Reopen"}
              title="Send back to review?"
              text="The record is shown in Review again. What people said of it stays among the revisions."
              act="Send to review"
              isPending={props.isFlagging}
              icon={<IconFlag size={15} aria-hidden />}
              onAct={props.onFlag}
            />
          )}
          {record.status === "needs_review" && (
            <Noted
              label="Approve with a note"
              title="Approve with a note"
              text="The note stays with the record and its history."
              act="Approve"
              isPending={isApproving}
              isDisabled={hindrance !== null}
              icon={<IconMessage size={15} aria-hidden />}
              onAct={onApproveWith}
            />
          )}
          {record.status === "needs_review" && (
            <Button
              size="xs"
              leftSection={<IconChecks size={15} aria-hidden />}
              loading={isApproving}
              disabled={hindrance !== null}
              title={hindrance ?? undefined}
              onClick={onApprove}
            >
              Approve
            </Button>
          )}
        </Group>
      </Group>
    </div>
  );
}
