import { Button, Card, Group, Loader, Text } from "@mantine/core";
import { IconListCheck } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { CallDetail } from "@/api/calls";
import { evaluateCall, evaluationKeys } from "@/api/evaluations";
import { useIsManager } from "@/features/session/useUser";
import { EmptyState } from "@/parts/EmptyState";
import { isOpen } from "@/parts/statuses";
import { tell } from "./tell";

/** Why a call has no score, and what leads to one. */
export function NotScored({ call }: { call: CallDetail }) {
  const isManager = useIsManager();
  const client = useQueryClient();
  const evaluate = useMutation({
    mutationFn: () => evaluateCall(call.id),
    onSuccess: () => client.invalidateQueries({ queryKey: evaluationKeys.ofCall(call.id) }),
    onError: tell,
  });
  const canScore = isManager && !isOpen(call.status) && call.transcript.length > 0;
  return (
    <Card>
      <EmptyState
        icon={IconListCheck}
        title={isOpen(call.status) ? "No score yet" : "Not scored"}
        action={
          canScore && (
            <Group justify="center" gap="xs">
              <Button loading={evaluate.isPending} onClick={() => evaluate.mutate()}>
                Score this call
              </Button>
              <Button
                variant="default"
                renderRoot={(props) => <Link {...props} to="/quality/policies" />}
              >
                Policies
              </Button>
            </Group>
          )
        }
      >
        {isOpen(call.status)
          ? "A call is scored once it is over, when a policy applies to it."
          : "No published policy applies to this call, or it was not among those that are sampled."}
      </EmptyState>
    </Card>
  );
}

export function BeingScored() {
  return (
    <Card>
      <Group gap="sm" role="status">
        <Loader size="sm" aria-hidden />
        <Text size="sm">Scoring the call…</Text>
      </Group>
    </Card>
  );
}
