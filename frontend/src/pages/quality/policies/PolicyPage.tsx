import { Anchor, Badge, Button, Skeleton, Stack, Tabs, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconListCheck, IconUpload } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { type Policy, type PolicyDraft, policyKeys, policyQuery, savePolicy } from "@/api/policies";
import { ApiProblem, fieldErrors } from "@/api/problem";
import { forget, useKeeping, useUnsaved } from "@/features/drafts/useUnsaved";
import { useIsManager } from "@/features/session/useUser";
import { AskBeforeLeaving } from "@/parts/AskBeforeLeaving";
import { SaveBar } from "@/parts/drafts/SaveBar";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { PageHeader } from "@/parts/PageHeader";
import { QualityFrame } from "@/pages/quality/frame/QualityFrame";
import { CallsTab } from "./CallsTab";
import { CriteriaTab } from "./CriteriaTab";
import { PolicyHistory } from "./PolicyHistory";
import { PolicyMenu } from "./PolicyMenu";
import { PolicyStates } from "./PolicyStates";
import { POLICY_TAB_LABELS, POLICY_TABS, policyTabOf, type PolicyTab } from "./policyTabs";
import { PublishPolicyDialog } from "./PublishPolicyDialog";
import { TryPolicy } from "./TryPolicy";

const route = getRouteApi("/app/quality/policies/$policyId");

export function PolicyPage() {
  const { policyId } = route.useParams();
  const policy = useQuery(policyQuery(policyId));
  if (policy.isPending)
    return (
      <Stack>
        <Skeleton h={32} w={280} />
        <Skeleton h={480} radius="lg" />
      </Stack>
    );
  if (policy.error) {
    if (policy.error instanceof ApiProblem && [404, 422].includes(policy.error.status))
      return (
        <EmptyState icon={IconListCheck} title="There is no such policy" level={1}>
          The address may be mistyped, or the policy belongs to another organization.
        </EmptyState>
      );
    return <ErrorState error={policy.error} onRetry={() => void policy.refetch()} />;
  }
  return (
    <QualityFrame>
      <Editor key={policyId} stored={policy.data} />
    </QualityFrame>
  );
}

/** The fields that differ from what is stored: what a save has to send. */
function changesOf(before: Policy, now: Policy): PolicyDraft {
  return Object.fromEntries(
    Object.entries(now).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof Policy]),
    ),
  );
}

function Editor({ stored }: { stored: Policy }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { tab = "criteria" } = route.useSearch();
  const isReadOnly = !useIsManager() || stored.archived_at !== null;
  const unsaved = useUnsaved<PolicyDraft>(stored.id);
  const kept = isReadOnly ? null : unsaved.kept;
  // What was kept belongs to the draft of its time: saving it tells when there is a newer one.
  const [base, setBase] = useState(kept ? { ...stored, draft_revision: kept.revision } : stored);
  const form = useForm<Policy>({ initialValues: { ...base, ...kept?.changes } as Policy });
  const changes = changesOf(base, form.values);
  const isChanged = Object.keys(changes).length > 0;
  useKeeping(unsaved.key, isChanged ? { revision: base.draft_revision, changes } : null);
  const [isPublishing, publishing] = useDisclosure(false);

  const showTab = (next: PolicyTab) =>
    void navigate({ from: "/quality/policies/$policyId", search: { tab: next }, replace: true });
  const take = (policy: Policy) => {
    client.setQueryData(policyKeys.one(policy.id), policy);
    void client.invalidateQueries({ queryKey: policyKeys.all });
    setBase(policy);
    form.setValues(policy);
    form.clearErrors();
  };
  const save = useMutation({
    mutationFn: (revision: number | null) => savePolicy(base.id, changes, revision),
    onSuccess: take,
    onError: (error) => {
      const errors = fieldErrors(error);
      form.setErrors(errors);
      const [first] = Object.keys(errors);
      if (first) showTab(policyTabOf(first));
    },
  });
  const discard = async () => {
    save.reset();
    take(await client.query({ ...policyQuery(base.id), staleTime: 0 }));
  };
  const refused = (of: PolicyTab) =>
    Object.keys(form.errors).filter((field) => policyTabOf(field) === of).length;

  return (
    <>
      <Anchor component={Link} to="/quality/policies" size="sm" c="dimmed">
        Policies
      </Anchor>
      <PageHeader title={base.name} description={<PolicyStates policy={stored} />}>
        {!isReadOnly && (
          <>
            {(isChanged || !stored.has_unpublished_changes) && (
              <Text size="sm" c="dimmed">
                {isChanged ? "Save the draft to publish it" : "Nothing new to publish"}
              </Text>
            )}
            <PolicyMenu policy={stored} />
            <Button
              leftSection={<IconUpload size={17} aria-hidden />}
              disabled={isChanged || !stored.has_unpublished_changes}
              onClick={publishing.open}
            >
              Publish
            </Button>
          </>
        )}
      </PageHeader>
      <Tabs
        value={tab}
        onChange={(next) => showTab((next ?? "criteria") as PolicyTab)}
        keepMounted={false}
      >
        <Tabs.List mb="lg">
          {POLICY_TABS.map((each) => (
            <Tabs.Tab
              key={each}
              value={each}
              rightSection={
                refused(each) > 0 && (
                  <Badge size="sm" color="red" circle aria-label={`${refused(each)} refused`}>
                    {refused(each)}
                  </Badge>
                )
              }
            >
              {POLICY_TAB_LABELS[each]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="criteria">
          <CriteriaTab form={form} isReadOnly={isReadOnly} />
        </Tabs.Panel>
        <Tabs.Panel value="calls">
          <CallsTab form={form} isReadOnly={isReadOnly} />
        </Tabs.Panel>
        <Tabs.Panel value="try">
          <TryPolicy policy={stored} hasUnsaved={isChanged} />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <PolicyHistory policy={stored} isReadOnly={isReadOnly || isChanged} onRestored={take} />
        </Tabs.Panel>
      </Tabs>
      {isChanged && !isReadOnly && (
        <SaveBar
          error={save.error}
          isSaving={save.isPending}
          refusals={Object.keys(form.errors).length}
          onSave={() => save.mutate(base.draft_revision)}
          onOverwrite={() => save.mutate(null)}
          onDiscard={() => void discard()}
        />
      )}
      <PublishPolicyDialog
        policy={stored}
        opened={isPublishing}
        onClose={publishing.close}
        onPublished={take}
      />
      <AskBeforeLeaving isUnsaved={isChanged} onLeave={() => forget(unsaved.key)}>
        {`What you changed of ${base.name} is not saved.`}
      </AskBeforeLeaving>
    </>
  );
}
