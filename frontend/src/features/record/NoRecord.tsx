import { Button, Card, Group, Loader, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconFileOff, IconListDetails, IconMicrophoneOff, IconRobot } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type CallDetail, callKeys } from "@/api/calls";
import { extractAgain } from "@/api/records";
import { EmptyState } from "@/parts/EmptyState";
import { explain } from "@/parts/explain";
import { useNow } from "@/parts/useNow";
import { useIsManager } from "@/features/session/useUser";
import { useOutlook } from "./useOutlook";

const USUAL_MS = 60_000;

/** Why a call has no record, and what leads to one. */
export function NoRecord({ call }: { call: CallDetail }) {
  const outlook = useOutlook(call);
  if (outlook === "made") return <BeingMade since={call.ended_at} />;
  if (outlook === "no_fields") return <NoFields call={call} />;
  if (outlook === "machine") return <OfAMachine call={call} />;
  return (
    <Card>
      {outlook === "nothing_said" ? (
        <EmptyState icon={IconMicrophoneOff} title="Nothing was said, so there is no record">
          Should Retell still send what was said, the record is made then, by itself.
        </EmptyState>
      ) : (
        <EmptyState
          icon={IconFileOff}
          title={outlook === "after_the_call" ? "No record yet" : "No record"}
        >
          {outlook === "after_the_call"
            ? "It is made as soon as the call is over."
            : "The call was not answered, so there is no record."}
        </EmptyState>
      )}
    </Card>
  );
}

function OfAMachine({ call }: { call: CallDetail }) {
  const client = useQueryClient();
  const again = useMutation({
    mutationFn: () => extractAgain(call.id),
    onSuccess: () => client.invalidateQueries({ queryKey: callKeys.one(call.id) }),
    onError: (error) => {
      const { title, detail } = explain(error);
      notifications.show({ color: "red", title, message: detail });
    },
  });
  return (
    <Card>
      <EmptyState
        icon={IconRobot}
        title="A machine took the call, so there is no record"
        action={
          <Button variant="default" loading={again.isPending} onClick={() => again.mutate()}>
            It was a person: make the record
          </Button>
        }
      >
        What a greeting, a call screener or a phone menu says is nobody&apos;s word.
      </EmptyState>
    </Card>
  );
}

function NoFields({ call }: { call: CallDetail }) {
  const isManager = useIsManager();
  return (
    <Card>
      <EmptyState
        icon={IconListDetails}
        title="This agent makes no records"
        action={
          isManager && (
            <Button
              variant="default"
              renderRoot={(props) => (
                <Link
                  {...props}
                  to="/agents/$agentId"
                  params={{ agentId: call.agent_id }}
                  search={{ tab: "record" }}
                />
              )}
            >
              Define fields
            </Button>
          )
        }
      >
        {call.agent_version === null ? "The agent" : `Version ${call.agent_version}`}, which took
        this call, has no fields to fill. Calls after the next version that has some get a record.
      </EmptyState>
    </Card>
  );
}

/** `since`: when the call ended, or the revision was asked for. */
export function BeingMade({ since }: { since: string | null }) {
  const now = useNow();
  const isLate = since !== null && now - Date.parse(since) > USUAL_MS;
  return (
    <Card>
      <Group gap="sm" role="status" wrap="nowrap">
        <Loader size="sm" />
        <div>
          <Text>Extracting the record…</Text>
          {isLate && (
            <Text size="sm" c="dimmed">
              It takes longer than usual: the language model is slow, or at its limit. It goes on by
              itself until there is a record, or the reason why there is none.
            </Text>
          )}
        </div>
      </Group>
    </Card>
  );
}
