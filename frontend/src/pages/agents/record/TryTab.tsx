import {
  Alert,
  Button,
  Card,
  Grid,
  Group,
  Loader,
  SegmentedControl,
  Select,
  Stack,
  Text,
  Textarea,
  Title,
} from "@mantine/core";
import { IconFlask } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { type CallSummary, callsQuery } from "@/api/calls";
import { tryDraft } from "@/api/drafts";
import { explain } from "@/parts/explain";
import { EmptyState } from "@/parts/EmptyState";
import { otherParty } from "@/parts/party";
import { formatPhone } from "@/parts/phone";
import { UNNAMED } from "@/parts/Unnamed";
import { briefly } from "@/parts/time";
import type { DraftForm } from "@/pages/agents/parts/draftForm";
import { Outcome } from "./Outcome";

interface Props {
  agentId: string;
  form: DraftForm;
}

/** What the record of a past call, or of words made up, would be with the fields as they are. */
export function TryTab({ agentId, form }: Props) {
  const [way, setWay] = useState("call");
  const [callId, setCallId] = useState<string | null>(null);
  const [words, setWords] = useState("");
  const schema = form.values.record_schema ?? null;
  const attempt = useMutation({
    mutationFn: () =>
      tryDraft(agentId, {
        ...(way === "call" ? { call_id: callId } : { transcript: words }),
        record_schema: schema,
        extraction_instructions: form.values.extraction_instructions ?? null,
      }),
  });
  const isReady = schema !== null && (way === "call" ? callId !== null : words.trim() !== "");
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Card>
          <Stack>
            <div>
              <Title order={2}>Try the record</Title>
              <Text size="sm" c="dimmed" mt={2}>
                With the fields as they are here, saved or not. Nothing is stored.
              </Text>
            </div>
            <SegmentedControl
              value={way}
              onChange={setWay}
              aria-label="What to try it on"
              data={[
                { value: "call", label: "A past call" },
                { value: "words", label: "A transcript" },
              ]}
            />
            {way === "call" ? (
              <CallPicker agentId={agentId} value={callId} onChange={setCallId} />
            ) : (
              <Textarea
                label="Transcript"
                description="A line for each turn, beginning with who speaks: Agent: or User:, AI: or Customer:; times may stand before it"
                autosize
                minRows={8}
                maxRows={24}
                placeholder={"Agent: Where are you?\nUser: Near Barstow, two hours late."}
                value={words}
                onChange={({ currentTarget: { value } }) => setWords(value)}
              />
            )}
            {schema === null && (
              <Text size="sm" c="dimmed">
                The agent has no record yet: give it fields first.
              </Text>
            )}
            <Group>
              <Button
                leftSection={<IconFlask size={17} aria-hidden />}
                disabled={!isReady}
                loading={attempt.isPending}
                onClick={() => attempt.mutate()}
              >
                Make the record
              </Button>
            </Group>
            {attempt.error && (
              <Alert color="red" variant="light" role="alert" title={explain(attempt.error).title}>
                {explain(attempt.error).detail}
              </Alert>
            )}
          </Stack>
        </Card>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Card aria-live="polite">
          {attempt.isPending ? (
            <Group gap="sm" role="status">
              <Loader size="sm" />
              <Text size="sm">Extracting the record…</Text>
            </Group>
          ) : attempt.data ? (
            <Outcome preview={attempt.data} schema={schema} />
          ) : (
            <EmptyState icon={IconFlask} title="Nothing tried yet">
              The values appear here, each with the words that prove it.
            </EmptyState>
          )}
        </Card>
      </Grid.Col>
    </Grid>
  );
}

interface PickerProps {
  agentId: string;
  value: string | null;
  onChange: (id: string | null) => void;
}

function CallPicker({ agentId, value, onChange }: PickerProps) {
  const calls = useInfiniteQuery(callsQuery({ agent: agentId, status: "ended" }));
  const found = calls.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Select
      label="Call"
      searchable
      placeholder={calls.isPending ? "Loading" : "Choose one"}
      nothingFoundMessage="No call of this agent has ended yet"
      data={found.map((call) => ({ value: call.id, label: callLabel(call) }))}
      value={value}
      onChange={onChange}
    />
  );
}

function callLabel(call: CallSummary): string {
  const party = otherParty(call);
  return `${briefly(call.created_at)} · ${party ? formatPhone(party) : UNNAMED[call.source]}`;
}
