import { Button, Group, Modal, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconChecks, IconRefresh } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type CallDetail, callKeys } from "@/api/calls";
import { type CallRecord, extractAgain } from "@/api/records";
import { Instant } from "@/parts/Instant";
import { StatusBadge } from "@/parts/StatusBadge";
import { usePersonNames } from "@/features/session/usePersonNames";
import { useIsManager } from "@/features/session/useUser";
import classes from "./Record.module.css";
import { tell } from "./useVerdict";
import { standingOf } from "./verdict";

interface Props {
  call: CallDetail;
  record: CallRecord;
  isApproving: boolean;
  /** Why it cannot be approved now; null when it can. */
  hindrance: string | null;
  onApprove: () => void;
}

export function RecordHead({ call, record, isApproving, hindrance, onApprove }: Props) {
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
