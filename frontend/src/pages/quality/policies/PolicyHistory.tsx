import { Alert, Button, Card, Group, Modal, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconHistory, IconRestore } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Policy, policyVersionsQuery, restorePolicyVersion } from "@/api/policies";
import { usePersonNames } from "@/features/session/usePersonNames";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { explain } from "@/parts/explain";
import { Instant } from "@/parts/Instant";
import { StatusBadge } from "@/parts/StatusBadge";
import { humanise } from "@/parts/words";
import { PolicyChanges } from "./PolicyChanges";

interface Props {
  policy: Policy;
  isReadOnly: boolean;
  onRestored: (policy: Policy) => void;
}

/** What was published when, what it changed, and the way back. */
export function PolicyHistory({ policy, isReadOnly, onRestored }: Props) {
  const versions = useQuery(policyVersionsQuery(policy.id));
  const [shown, setShown] = useState<number | null>(null);
  const [asked, ask] = useState<number | null>(null);
  const nameOf = usePersonNames();
  const restore = useMutation({
    mutationFn: (version: number) =>
      restorePolicyVersion(policy.id, version, policy.draft_revision),
    onSuccess: onRestored,
    onSettled: () => ask(null),
  });
  if (versions.error)
    return <ErrorState error={versions.error} onRetry={() => void versions.refetch()} />;
  if (!versions.data) return <Skeleton h={240} radius="lg" />;
  if (versions.data.items.length === 0)
    return (
      <Card>
        <EmptyState icon={IconHistory} title="Nothing was published yet">
          Each publish is kept here as a version, with what it changed.
        </EmptyState>
      </Card>
    );
  const publisher = (id: string | null) => {
    const name = id && nameOf(id);
    return name ? ` by ${name}` : "";
  };
  return (
    <Stack>
      {restore.error && (
        <Alert color="red" variant="light" role="alert" title={explain(restore.error).title}>
          {explain(restore.error).detail}
        </Alert>
      )}
      {versions.data.items.map(({ version, created_at, published_by, changed_fields, note }) => (
        <Card key={version}>
          <Group justify="space-between" align="flex-start">
            <div>
              <Group gap="sm">
                <Title order={2}>Version {version}</Title>
                {version === policy.published_version && <StatusBadge label="Live" tone="good" />}
              </Group>
              <Text size="xs" c="dimmed" mt={2}>
                <Instant at={created_at} />
                {publisher(published_by)} ·{" "}
                {changed_fields.map(humanise).join(", ") || "nothing changed"}
              </Text>
              {note && (
                <Text size="sm" mt={8}>
                  {note}
                </Text>
              )}
            </div>
            <Group gap="xs">
              <Button
                size="xs"
                variant="default"
                aria-expanded={shown === version}
                onClick={() => setShown(shown === version ? null : version)}
              >
                {shown === version ? "Hide" : "Compare with the draft"}
              </Button>
              {!isReadOnly && (
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<IconRestore size={15} aria-hidden />}
                  loading={restore.isPending && restore.variables === version}
                  onClick={() =>
                    policy.has_unpublished_changes ? ask(version) : restore.mutate(version)
                  }
                >
                  Copy to the draft
                </Button>
              )}
            </Group>
          </Group>
          {shown === version && (
            <div style={{ marginTop: 16 }}>
              <PolicyChanges policy={policy} base={version} />
            </div>
          )}
        </Card>
      ))}
      <Modal
        opened={asked !== null}
        onClose={() => ask(null)}
        title={`Copy version ${asked ?? ""} to the draft?`}
      >
        <Text size="sm">
          The draft has changes that were never published. They are replaced, and cannot be brought
          back.
        </Text>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" data-autofocus onClick={() => ask(null)}>
            Not yet
          </Button>
          <Button
            loading={restore.isPending}
            onClick={() => asked !== null && restore.mutate(asked)}
          >
            Copy to the draft
          </Button>
        </Group>
      </Modal>
    </Stack>
  );
}
