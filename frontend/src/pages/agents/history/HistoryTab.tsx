import {
  Alert,
  Box,
  Button,
  Card,
  Group,
  Modal,
  Select,
  Skeleton,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconHistory, IconRestore } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import {
  type AgentVersion,
  type Draft,
  restoreVersion,
  type VersionOrDraft,
  versionsQuery,
} from "@/api/drafts";
import { comparisonsQuery, fieldsQuery } from "@/api/insights";
import { Compared } from "@/features/insights/Compared";
import { explain } from "@/parts/explain";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { StatusBadge } from "@/parts/StatusBadge";
import { usePersonNames } from "@/features/session/usePersonNames";
import { Changes } from "@/pages/agents/changes/Changes";
import { labelOf } from "@/pages/agents/editor/tabs";

interface Props {
  agent: Draft;
  isReadOnly: boolean;
  onRestored: (agent: Draft) => void;
}

/** What was published when, what it changed, and the way back. */
export function HistoryTab({ agent, isReadOnly, onRestored }: Props) {
  const versions = useQuery(versionsQuery(agent.id));
  const { data: compared } = useQuery(comparisonsQuery(agent.id));
  const { data: fields = [] } = useQuery(fieldsQuery(agent.id));
  const [shown, setShown] = useState<number | null>(null);
  const nameOf = usePersonNames();
  const publisher = (id: string | null) => {
    const name = id && nameOf(id);
    return name ? ` by ${name}` : "";
  };
  const [asked, ask] = useState<number | null>(null);
  const restore = useMutation({
    mutationFn: (version: number) => restoreVersion(agent.id, version, agent.draft_revision),
    onSuccess: (restored, version) => {
      notifications.show({
        message: `The draft is now as version ${version}. Publish it to use it.`,
      });
      onRestored(restored);
    },
    onSettled: () => ask(null),
  });
  if (versions.error)
    return <ErrorState error={versions.error} onRetry={() => versions.refetch()} />;
  if (!versions.data) return <Skeleton h={240} radius="lg" />;
  if (versions.data.items.length === 0)
    return (
      <Card>
        <EmptyState icon={IconHistory} title="Nothing was published yet">
          Each publish is kept here as a version, with what it changed.
        </EmptyState>
      </Card>
    );
  return (
    <Stack>
      {restore.error && (
        <Alert color="red" variant="light" role="alert" title={explain(restore.error).title}>
          {explain(restore.error).detail}
        </Alert>
      )}
      {versions.data.items.map((version) => (
        <Card key={version.version}>
          <Group justify="space-between" align="flex-start">
            <div>
              <Group gap="sm">
                <Title order={2}>Version {version.version}</Title>
                {version.version === agent.published_version && (
                  <StatusBadge label="Live" tone="good" />
                )}
              </Group>
              <Text size="xs" c="dimmed" mt={2}>
                <Instant at={version.created_at} />
                {publisher(version.published_by)} · {whatChanged(version)}
              </Text>
              {version.note && (
                <Text size="sm" mt={8}>
                  {version.note}
                </Text>
              )}
            </div>
            <Group gap="xs">
              <Button
                size="xs"
                variant="default"
                aria-expanded={shown === version.version}
                onClick={() => setShown(shown === version.version ? null : version.version)}
              >
                {shown === version.version ? "Hide" : "Compare"}
              </Button>
              {!isReadOnly && (
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<IconRestore size={15} aria-hidden />}
                  loading={restore.isPending && restore.variables === version.version}
                  onClick={() =>
                    agent.has_unpublished_changes
                      ? ask(version.version)
                      : restore.mutate(version.version)
                  }
                >
                  Copy to the draft
                </Button>
              )}
            </Group>
          </Group>
          {compared?.items
            .filter((each) => each.version === version.version)
            .map((each) => (
              <Box key={each.version} mt="sm">
                <Compared comparison={each} fields={fields} />
              </Box>
            ))}
          {shown === version.version && (
            <Comparison
              agent={agent}
              version={version.version}
              all={versions.data.items.map((each) => each.version)}
            />
          )}
        </Card>
      ))}
      <Modal
        opened={asked !== null}
        onClose={() => ask(null)}
        title={`Copy version ${asked ?? ""} to the draft?`}
        size="lg"
      >
        {asked !== null && (
          <Replaced
            agent={agent}
            isRunning={restore.isPending}
            onCancel={() => ask(null)}
            onConfirm={() => restore.mutate(asked)}
          />
        )}
      </Modal>
    </Stack>
  );
}

interface ComparisonProps {
  agent: Draft;
  version: number;
  all: readonly number[];
}

/** What is different in the draft, or in another version. */
function Comparison({ agent, version, all }: ComparisonProps) {
  const [other, setOther] = useState<VersionOrDraft>("draft");
  return (
    <Stack mt="md" gap="sm">
      <Select
        label={`What is different from version ${version} in`}
        w={260}
        allowDeselect={false}
        data={[
          { value: "draft", label: "The draft" },
          ...all
            .filter((each) => each !== version)
            .map((each) => ({ value: String(each), label: `Version ${each}` })),
        ]}
        value={String(other)}
        onChange={(value) => setOther(value === "draft" ? value : Number(value))}
      />
      <Changes agentId={agent.id} base={version} compare={other} revision={agent.draft_revision} />
    </Stack>
  );
}

function whatChanged({ version, changed_fields }: AgentVersion): string {
  if (version === 1) return "First version";
  const named = changed_fields.slice(0, 4).map(labelOf).join(", ");
  const more = changed_fields.length > 4 ? ` and ${changed_fields.length - 4} more` : "";
  return named ? named + more : "nothing changed";
}

interface ReplacedProps {
  agent: Draft;
  isRunning: boolean;
  onCancel: () => void;
  onConfirm: () => void;
}

/** What of the draft is in no version, and lost when another takes its place. */
function Replaced({ agent, isRunning, onCancel, onConfirm }: ReplacedProps) {
  return (
    <>
      <Alert color="orange" variant="light" title="The draft has changes that were never published">
        <Text size="sm" mb="sm">
          They are replaced, and cannot be brought back:
        </Text>
        <Changes
          agentId={agent.id}
          base={agent.published_version ?? 1}
          compare="draft"
          revision={agent.draft_revision}
        />
      </Alert>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" data-autofocus onClick={onCancel}>
          Not yet
        </Button>
        <Button loading={isRunning} onClick={onConfirm}>
          Copy to the draft
        </Button>
      </Group>
    </>
  );
}
