import { Alert, Button, Card, Group, Select, Skeleton, Stack, Text } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { callQuery, callsQuery } from "@/api/calls";
import { type Policy, type PolicyPreview, tryPolicy } from "@/api/policies";
import { EvaluationView } from "@/features/evaluation/EvaluationView";
import { BesideTranscript } from "@/features/transcript/BesideTranscript";
import { ErrorState } from "@/parts/ErrorState";
import { explain } from "@/parts/explain";
import { formatPhone } from "@/parts/phone";
import { briefly } from "@/parts/time";
import { Backtests } from "./Backtests";

interface Props {
  policy: Policy;
  hasUnsaved: boolean;
}

/** What the draft would say of past calls, before it says it of any. */
export function TryPolicy({ policy, hasUnsaved }: Props) {
  const calls = useInfiniteQuery(callsQuery({ status: "ended" }));
  const [chosen, setChosen] = useState<string | null>(null);
  const attempt = useMutation({
    mutationFn: (callId: string) => tryPolicy(policy.id, callId),
  });
  const found = calls.data?.pages.flatMap((page) => page.items) ?? [];
  if (calls.error) return <ErrorState error={calls.error} onRetry={() => void calls.refetch()} />;
  return (
    <Stack>
      {hasUnsaved && (
        <Alert color="orange" variant="light">
          What is not saved is not tried: save the draft first.
        </Alert>
      )}
      <Backtests policy={policy} hasUnsaved={hasUnsaved} />
      <Card component="section" aria-label="Try it on one call">
        <Group align="flex-end" gap="sm">
          <Select
            label="Try it on one call"
            description="Nothing is stored."
            placeholder="Choose a call"
            searchable
            w={340}
            maw="100%"
            data={found.map(({ id, to_number, from_number, created_at, summary }) => ({
              value: id,
              label: `${briefly(created_at)} · ${formatPhone(to_number ?? from_number ?? "")}${summary ? ` · ${summary.slice(0, 40)}` : ""}`,
            }))}
            value={chosen}
            onChange={setChosen}
          />
          <Button
            disabled={chosen === null}
            loading={attempt.isPending}
            onClick={() => chosen && attempt.mutate(chosen)}
          >
            Score it
          </Button>
        </Group>
        {attempt.error && (
          <Alert
            color="red"
            variant="light"
            role="alert"
            mt="md"
            title={explain(attempt.error).title}
          >
            {explain(attempt.error).detail}
          </Alert>
        )}
        {!attempt.data && (
          <Text size="sm" c="dimmed" mt="sm">
            You see the score, each verdict and its quote.
          </Text>
        )}
      </Card>
      {attempt.data && chosen && <Tried callId={chosen} policy={policy} preview={attempt.data} />}
    </Stack>
  );
}

interface TriedProps {
  callId: string;
  policy: Policy;
  preview: PolicyPreview;
}

function Tried({ callId, policy, preview }: TriedProps) {
  const call = useQuery(callQuery(callId));
  if (call.error) return <ErrorState error={call.error} onRetry={() => void call.refetch()} />;
  if (!call.data) return <Skeleton h={320} radius="lg" />;
  return (
    <BesideTranscript call={call.data}>
      {(proof) => <EvaluationView evaluation={preview} policy={policy} {...proof} />}
    </BesideTranscript>
  );
}
