import { Alert, Button, Card, Group, Modal, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconCloudDownload, IconCloudUpload } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Draft } from "@/api/drafts";
import { ApiProblem } from "@/api/problem";
import { explain } from "@/parts/explain";
import { type Comparison, importFromRetell, overwriteRetell, syncKeys } from "@/api/sync";
import { Changes } from "@/pages/agents/changes/Changes";

export interface WaysOutProps {
  agent: Draft;
  comparison: Comparison;
  /** Whether the editor holds something that is not saved. */
  hasUnsaved: boolean;
  onChanged: (agent: Draft) => void;
  /** Somebody else has changed the draft: read it again. */
  onReload: () => void;
}

/** Keep what is here, or take what is there. */
export function WaysOut(props: WaysOutProps) {
  const { agent, comparison, hasUnsaved } = props;
  const isMissing = comparison.state === "missing";
  return (
    <Stack component="section" aria-label="What to do about it">
      {hasUnsaved && (
        <Alert color="orange" variant="light">
          Save or discard what you have changed in the editor first.
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, md: isMissing ? 1 : 2 }}>
        {agent.engine === "retell_llm" ? (
          <KeepOurs {...props} />
        ) : (
          <Card>
            <Title order={3}>Keep Ringback’s version</Title>
            <Text size="sm" c="dimmed" mt={4}>
              Not with this agent: its conversation is designed at Retell. Change it back there, or
              take over what is there now.
            </Text>
          </Card>
        )}
        {!isMissing && <TakeTheirs {...props} />}
      </SimpleGrid>
    </Stack>
  );
}

function KeepOurs({ agent, comparison, hasUnsaved, onChanged }: WaysOutProps) {
  const client = useQueryClient();
  const isMissing = comparison.state === "missing";
  const [isAsking, asking] = useDisclosure(false);
  const overwrite = useMutation({
    mutationFn: () => overwriteRetell(agent.id),
    onSuccess: (published) => {
      asking.close();
      notifications.show({
        title: isMissing ? `${published.name} is at Retell again` : "Published to Retell",
        message: `Version ${published.published_version ?? ""} takes calls from now on.`,
      });
      onChanged(published);
      void client.invalidateQueries({ queryKey: syncKeys.one(agent.id) });
    },
  });
  const version = comparison.published_version;
  const close = () => {
    overwrite.reset();
    asking.close();
  };
  return (
    <Way
      title={isMissing ? "Re-create at Retell" : "Keep Ringback’s version"}
      button={isMissing ? "Re-create" : "Overwrite at Retell"}
      icon={<IconCloudUpload size={17} aria-hidden />}
      isDisabled={hasUnsaved}
      onClick={asking.open}
    >
      {isMissing
        ? `Version ${version} is published once more, as a new agent at Retell.`
        : `Version ${version} is published once more, over what was changed at Retell. The draft here stays as it is.`}
      <Modal
        opened={isAsking}
        onClose={close}
        title={isMissing ? "Re-create at Retell?" : "Overwrite what is at Retell?"}
      >
        <Text size="sm">
          {isMissing
            ? `Calls can be placed again at once. It has another id at Retell, ${NUMBERS}`
            : `${countOf(comparison)} at Retell ${comparison.differences.length === 1 ? "is" : "are"} replaced by version ${version} for every call from now on. Calls that run go on as they are.`}
        </Text>
        {comparison.draft_retell_version !== null && (
          <Text size="sm" mt="sm">
            The unpublished draft at Retell is lost.
          </Text>
        )}
        {overwrite.error && <Failure error={overwrite.error} />}
        <Decision
          cancel="Not yet"
          confirm={isMissing ? "Re-create" : "Overwrite at Retell"}
          isRunning={overwrite.isPending}
          onCancel={close}
          onConfirm={() => overwrite.mutate()}
        />
      </Modal>
    </Way>
  );
}

const NUMBERS =
  "so whatever named the old one there, e.g. a phone number set up at Retell, has to be told.";

function TakeTheirs({ agent, comparison, hasUnsaved, onChanged, onReload }: WaysOutProps) {
  const [isAsking, asking] = useDisclosure(false);
  const take = useMutation({
    mutationFn: () => importFromRetell(agent.id, agent.draft_revision),
    onSuccess: (draft) => {
      asking.close();
      notifications.show({
        title: "The draft has what is live at Retell",
        message: "Look it over, and publish it to have it here as a version.",
      });
      onChanged(draft);
    },
  });
  const close = () => {
    take.reset();
    asking.close();
  };
  const isConflict = take.error instanceof ApiProblem && take.error.status === 412;
  return (
    <Way
      title="Take what is at Retell"
      button="Take it into the draft"
      icon={<IconCloudDownload size={17} aria-hidden />}
      isDisabled={hasUnsaved}
      onClick={asking.open}
    >
      What is live there is copied into the draft here. What only exists here stays: the record,
      labels and the number it calls from. Publish the draft afterwards, and nothing differs any
      more.
      <Modal opened={isAsking} onClose={close} title="Take what is at Retell?" size="lg">
        <Text size="sm">
          {countOf(comparison)} come{comparison.differences.length === 1 ? "s" : ""} into the draft.
          Calls go on as they do now until you publish.
        </Text>
        {agent.has_unpublished_changes && (
          <Alert
            color="orange"
            variant="light"
            mt="md"
            title="The draft has changes that were never published"
          >
            <Text size="sm" mb="sm">
              Those to anything that Retell has too are replaced, and cannot be brought back:
            </Text>
            <Changes
              agentId={agent.id}
              base={comparison.published_version}
              compare="draft"
              revision={agent.draft_revision}
            />
          </Alert>
        )}
        {isConflict ? (
          <Alert
            color="orange"
            variant="light"
            role="alert"
            mt="md"
            title="Somebody else has changed this draft meanwhile"
          >
            Read it again and see what they did before you replace it.
          </Alert>
        ) : (
          take.error && <Failure error={take.error} />
        )}
        <Decision
          cancel="Not yet"
          confirm={isConflict ? "Read it again" : "Take it into the draft"}
          isRunning={take.isPending}
          onCancel={close}
          onConfirm={() => {
            if (!isConflict) take.mutate();
            else {
              close();
              onReload();
            }
          }}
        />
      </Modal>
    </Way>
  );
}

function countOf({ differences }: Comparison): string {
  return differences.length === 1 ? "One setting" : `${differences.length} settings`;
}

interface WayProps {
  title: string;
  button: string;
  icon: ReactNode;
  isDisabled: boolean;
  onClick: () => void;
  children: ReactNode;
}

function Way({ title, button, icon, isDisabled, onClick, children }: WayProps) {
  return (
    <Card style={{ display: "flex", flexDirection: "column", gap: 12 }}>
      <Title order={3}>{title}</Title>
      <Text size="sm" c="dimmed" component="div" style={{ flex: 1 }}>
        {children}
      </Text>
      <div>
        <Button variant="default" leftSection={icon} disabled={isDisabled} onClick={onClick}>
          {button}
        </Button>
      </div>
    </Card>
  );
}

function Failure({ error }: { error: Error }) {
  const { title, detail } = explain(error);
  return (
    <Alert color="red" variant="light" role="alert" mt="md" title={title}>
      {detail}
    </Alert>
  );
}

interface DecisionProps {
  cancel: string;
  confirm: string;
  isRunning: boolean;
  onCancel: () => void;
  onConfirm: () => void;
}

function Decision({ cancel, confirm, isRunning, onCancel, onConfirm }: DecisionProps) {
  return (
    <Group justify="flex-end" mt="lg">
      <Button variant="default" onClick={onCancel}>
        {cancel}
      </Button>
      <Button loading={isRunning} onClick={onConfirm}>
        {confirm}
      </Button>
    </Group>
  );
}
