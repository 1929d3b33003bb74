import { Anchor, Button, Skeleton, Stack, Tabs, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconListCheck, IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { type Policy, policyKeys, policyQuery, savePolicy, unarchivePolicy } from "@/api/policies";
import { ApiProblem } from "@/api/problem";
import { Unsaved } from "@/features/drafts/Unsaved";
import { useEditor } from "@/features/drafts/useEditor";
import { useIsManager } from "@/features/session/useUser";
import { ArchivedNotice } from "@/parts/drafts/ArchivedNotice";
import { DraftTabs } from "@/parts/drafts/DraftTabs";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { PageHeader } from "@/parts/PageHeader";
import { QualityFrame } from "@/pages/quality/frame/QualityFrame";
import { ReliabilityTab } from "@/pages/quality/reliability/ReliabilityTab";
import { CallsTab } from "./CallsTab";
import { CriteriaTab } from "./CriteriaTab";
import { PolicyHistory } from "./PolicyHistory";
import { PolicyMenu } from "./PolicyMenu";
import { PolicyStates } from "./PolicyStates";
import { POLICY_TAB_LABELS, policyTabOf, type PolicyTab } from "./policyTabs";
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

function Editor({ stored }: { stored: Policy }) {
  const navigate = useNavigate();
  const { tab = "criteria" } = route.useSearch();
  const showTab = (next: PolicyTab) =>
    void navigate({ from: "/quality/policies/$policyId", search: { tab: next }, replace: true });
  const editor = useEditor({
    stored,
    query: policyQuery(stored.id),
    all: policyKeys.all,
    save: savePolicy,
    onRefused: (field) => showTab(policyTabOf(field)),
  });
  const { form, base, isReadOnly, isChanged, take } = editor;
  const isManager = useIsManager();
  const [isPublishing, publishing] = useDisclosure(false);

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
      {stored.archived_at !== null && (
        <ArchivedNotice
          archivedAt={stored.archived_at}
          bringBack={isManager ? () => unarchivePolicy(stored.id) : null}
          onBack={take}
        >
          It scores no calls; its evaluations and versions stay.
        </ArchivedNotice>
      )}
      <DraftTabs
        labels={POLICY_TAB_LABELS}
        shown={tab}
        errors={form.errors}
        tabOf={policyTabOf}
        onShow={showTab}
      >
        <Tabs.Panel value="criteria">
          <CriteriaTab form={form} isReadOnly={isReadOnly} />
        </Tabs.Panel>
        <Tabs.Panel value="calls">
          <CallsTab form={form} isReadOnly={isReadOnly} />
        </Tabs.Panel>
        <Tabs.Panel value="try">
          <TryPolicy policy={stored} hasUnsaved={isChanged} />
        </Tabs.Panel>
        <Tabs.Panel value="reliability">
          <ReliabilityTab policy={stored} />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <PolicyHistory policy={stored} isReadOnly={isReadOnly || isChanged} onRestored={take} />
        </Tabs.Panel>
      </DraftTabs>
      <Unsaved editor={editor} />
      <PublishPolicyDialog
        policy={stored}
        opened={isPublishing}
        onClose={publishing.close}
        onPublished={take}
      />
    </>
  );
}
