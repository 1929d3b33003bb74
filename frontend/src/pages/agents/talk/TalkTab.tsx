import {
  Alert,
  Button,
  Card,
  Grid,
  Group,
  Loader,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { IconFlask, IconMessageCircle, IconRefresh, IconSend } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type SyntheticEvent, useEffect, useRef, useState } from "react";
import { chatWithDraft, tryDraft } from "@/api/drafts";
import { Outcome } from "@/pages/agents/record/Outcome";
import type { DraftForm } from "@/pages/agents/parts/draftForm";
import { EmptyState } from "@/parts/EmptyState";
import { explain } from "@/parts/explain";
import classes from "./Talk.module.css";

interface Props {
  agentId: string;
  form: DraftForm;
}

interface Said {
  role: "agent" | "user";
  text: string;
}

/** A conversation with the agent as it is being edited, and the record that would come of it. */
export function TalkTab({ agentId, form }: Props) {
  const { prompt, begin_message, record_schema, extraction_instructions, variables } = form.values;
  const [said, setSaid] = useState<Said[]>([]);
  const [isOver, setIsOver] = useState(false);
  const examples = Object.fromEntries(
    variables.flatMap(({ name, example, default: preset }) =>
      (preset ?? example) ? [[name, preset ?? example ?? ""]] : [],
    ),
  );
  const chat = useMutation({
    mutationFn: (turns: Said[]) => chatWithDraft(agentId, { turns, prompt, begin_message }),
    onMutate: (turns) => setSaid(turns),
    onSuccess: ({ text, ends_call }, turns) => {
      setSaid([...turns, { role: "agent", text }]);
      setIsOver(ends_call);
    },
    onError: (_, turns) => setSaid(turns),
  });
  const record = useMutation({
    mutationFn: () =>
      tryDraft(agentId, {
        transcript: said,
        variables: examples,
        record_schema: record_schema ?? null,
        extraction_instructions: extraction_instructions ?? null,
      }),
  });
  const begin = () => {
    setIsOver(false);
    record.reset();
    // Where the callee speaks first, the agent waits.
    if (begin_message === "") setSaid([]);
    else chat.mutate([]);
  };
  const hasBegun = said.length > 0 || chat.isPending || chat.isSuccess;
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Card>
          <Group justify="space-between" align="flex-start" mb="md">
            <div style={{ maxWidth: 480 }}>
              <Title order={2}>Chat with the agent</Title>
              <Text size="sm" c="dimmed" mt={2}>
                It answers by the prompt as it is here, saved or not. Variables have their example
                values. No phone rings; voice, tools and timing are only in a test call.
              </Text>
            </div>
            {hasBegun && (
              <Button
                size="xs"
                variant="default"
                leftSection={<IconRefresh size={15} aria-hidden />}
                onClick={begin}
              >
                Start over
              </Button>
            )}
          </Group>
          {hasBegun ? (
            <>
              <Conversation said={said} isThinking={chat.isPending} />
              {chat.error && (
                <Alert color="red" variant="light" role="alert" title={explain(chat.error).title}>
                  {explain(chat.error).detail}
                  <Button
                    size="xs"
                    mt="xs"
                    display="block"
                    variant="default"
                    onClick={() => chat.mutate(said)}
                  >
                    Try again
                  </Button>
                </Alert>
              )}
              {isOver ? (
                <Text size="sm" c="dimmed" role="status">
                  The agent would hang up here.
                </Text>
              ) : (
                <Answer
                  isDisabled={chat.isPending}
                  onSay={(text) => chat.mutate([...said, { role: "user", text }])}
                />
              )}
            </>
          ) : (
            <EmptyState
              icon={IconMessageCircle}
              title="Play the person on the phone"
              action={<Button onClick={begin}>Start the chat</Button>}
            >
              You type what they would say, and see at once how the prompt works.
            </EmptyState>
          )}
        </Card>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Card aria-live="polite">
          <Group justify="space-between" mb="md">
            <Title order={2}>Its record</Title>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconFlask size={15} aria-hidden />}
              disabled={!said.some(({ role }) => role === "user") || !record_schema}
              loading={record.isPending}
              onClick={() => record.mutate()}
            >
              Extract from this chat
            </Button>
          </Group>
          {record.error && (
            <Alert color="red" variant="light" role="alert" title={explain(record.error).title}>
              {explain(record.error).detail}
            </Alert>
          )}
          {record.data ? (
            <Outcome preview={record.data} schema={record_schema ?? null} />
          ) : (
            <Text size="sm" c="dimmed">
              {record_schema
                ? "What the record would hold if the call went like this chat. Nothing is stored."
                : "The agent has no record yet: give it fields first."}
            </Text>
          )}
        </Card>
      </Grid.Col>
    </Grid>
  );
}

function Conversation({ said, isThinking }: { said: Said[]; isThinking: boolean }) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
  }, [said.length, isThinking]);
  return (
    <Stack gap="sm" mb="md" role="log" aria-label="Chat" className={classes.chat}>
      {said.map(({ role, text }, index) => (
        <div key={index} className={classes.turn} data-role={role}>
          <Text size="xs" c="dimmed">
            {role === "agent" ? "Agent" : "You"}
          </Text>
          <Text size="sm">{text}</Text>
        </div>
      ))}
      {isThinking && <Loader size="sm" type="dots" aria-label="The agent is thinking" />}
      <div ref={end} />
    </Stack>
  );
}

function Answer({ isDisabled, onSay }: { isDisabled: boolean; onSay: (text: string) => void }) {
  const [text, setText] = useState("");
  const say = (event: SyntheticEvent) => {
    event.preventDefault();
    if (isDisabled || text.trim() === "") return;
    onSay(text.trim());
    setText("");
  };
  return (
    <form onSubmit={say}>
      <Group gap="xs" wrap="nowrap">
        <TextInput
          flex={1}
          aria-label="What you say"
          placeholder="What the person on the phone says"
          maxLength={5000}
          value={text}
          onChange={({ currentTarget: { value } }) => setText(value)}
        />
        <Button
          type="submit"
          disabled={isDisabled}
          leftSection={<IconSend size={16} aria-hidden />}
        >
          Say
        </Button>
      </Group>
    </form>
  );
}
