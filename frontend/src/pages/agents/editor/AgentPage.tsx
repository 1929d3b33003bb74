import { Anchor, Button, Skeleton, Stack, Tabs, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconRobotOff, IconPhoneOutgoing, IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { type Draft, draftKeys, draftQuery, saveDraft, unarchiveAgent } from "@/api/drafts";
import { ApiProblem } from "@/api/problem";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { PageHeader } from "@/parts/PageHeader";
import { NewCallButton } from "@/features/new-call/NewCallButton";
import { AdvancedTab } from "@/pages/agents/advanced/AdvancedTab";
import { AgentMenu } from "./AgentMenu";
import { AgentStates } from "@/pages/agents/parts/AgentStates";
import { ConversationTab } from "@/pages/agents/conversation/ConversationTab";
import { HistoryTab } from "@/pages/agents/history/HistoryTab";
import { PublishDialog } from "./PublishDialog";
import { RecordTab } from "@/pages/agents/record/RecordTab";
import { RetellTab } from "@/pages/agents/retell/RetellTab";
import { useIsManager } from "@/features/session/useUser";
import { ArchivedNotice } from "@/parts/drafts/ArchivedNotice";
import { DraftTabs } from "@/parts/drafts/DraftTabs";
import { ToolsTab } from "@/pages/agents/tools/ToolsTab";
import { TalkTab } from "@/pages/agents/talk/TalkTab";
import { TryTab } from "@/pages/agents/record/TryTab";
import { type Tab, TAB_GROUPS, TAB_LABELS, tabOf } from "./tabs";
import { Unsaved } from "@/features/drafts/Unsaved";
import { useEditor } from "@/features/drafts/useEditor";
import { newVariable, VariablesTab } from "@/pages/agents/variables/VariablesTab";
import { VoiceTab } from "@/pages/agents/voice/VoiceTab";

const route = getRouteApi("/app/agents/$agentId");

export function AgentPage() {
  const { agentId } = route.useParams();
  const agent = useQuery(draftQuery(agentId));
  if (agent.isPending)
    return (
      <Stack>
        <Skeleton h={32} w={280} />
        <Skeleton h={480} radius="lg" />
      </Stack>
    );
  if (agent.error) {
    if (agent.error instanceof ApiProblem && [404, 422].includes(agent.error.status))
      return (
        <EmptyState icon={IconRobotOff} title="There is no such agent">
          The address may be mistyped, or the agent belongs to another organization.
        </EmptyState>
      );
    return <ErrorState error={agent.error} onRetry={() => void agent.refetch()} />;
  }
  // What is stored by now may be newer than what is being edited: that stays until it is saved.
  return <Editor key={agentId} stored={agent.data} />;
}

function Editor({ stored }: { stored: Draft }) {
  const navigate = useNavigate();
  const { tab = "conversation" } = route.useSearch();
  const showTab = (next: Tab) =>
    void navigate({ from: "/agents/$agentId", search: { tab: next }, replace: true });
  const editor = useEditor({
    stored,
    query: draftQuery(stored.id),
    all: draftKeys.all,
    save: saveDraft,
    onRefused: (field) => showTab(tabOf(field)),
  });
  const { form, base, isReadOnly, isChanged, take } = editor;
  const isManager = useIsManager();
  const [isPublishing, publishing] = useDisclosure(false);
  const declare = (names: string[]) => {
    form.setFieldValue("variables", [...form.values.variables, ...names.map(newVariable)]);
    showTab("variables");
  };
  const shared = { form, isReadOnly };

  return (
    <>
      <Anchor component={Link} to="/agents" size="sm" c="dimmed">
        Agents
      </Anchor>
      <PageHeader title={base.name} description={<AgentStates agent={stored} />}>
        {!isReadOnly && (
          <>
            {isChanged && (
              <Text size="sm" c="dimmed">
                Save the draft to publish it
              </Text>
            )}
            {!isChanged && !canPublish(stored) && (
              <Text size="sm" c="dimmed">
                Nothing new to publish
              </Text>
            )}
            <AgentMenu agent={stored} onCompare={() => showTab("retell")} />
            {stored.published_version !== null && (
              <NewCallButton agentId={stored.id}>
                {(open) => (
                  <Button
                    variant="default"
                    leftSection={<IconPhoneOutgoing size={17} aria-hidden />}
                    onClick={open}
                  >
                    Test call
                  </Button>
                )}
              </NewCallButton>
            )}
            <Button
              leftSection={<IconUpload size={17} aria-hidden />}
              disabled={isChanged || !canPublish(stored)}
              onClick={publishing.open}
            >
              {stored.publish_state === "idle" ? "Publish" : "Publish again"}
            </Button>
          </>
        )}
      </PageHeader>
      {stored.archived_at !== null && (
        <ArchivedNotice
          archivedAt={stored.archived_at}
          bringBack={isManager ? () => unarchiveAgent(stored.id) : null}
          onBack={take}
        >
          It takes no calls; its calls, records and versions stay.
        </ArchivedNotice>
      )}
      {stored.publish_error && (
        <Text size="sm" c="var(--mantine-color-error)" mb="md" role="status">
          The last publish failed: {stored.publish_error}
        </Text>
      )}
      <DraftTabs
        labels={TAB_LABELS}
        groups={TAB_GROUPS}
        shown={tab}
        errors={form.errors}
        tabOf={tabOf}
        onShow={showTab}
      >
        <Tabs.Panel value="conversation">
          <ConversationTab {...shared} onDeclare={declare} />
        </Tabs.Panel>
        <Tabs.Panel value="voice">
          <VoiceTab {...shared} />
        </Tabs.Panel>
        <Tabs.Panel value="variables">
          <VariablesTab {...shared} />
        </Tabs.Panel>
        <Tabs.Panel value="record">
          <RecordTab {...shared} />
        </Tabs.Panel>
        <Tabs.Panel value="tools">
          <ToolsTab {...shared} />
        </Tabs.Panel>
        <Tabs.Panel value="advanced">
          <AdvancedTab {...shared} />
        </Tabs.Panel>
        <Tabs.Panel value="talk">
          <TalkTab agentId={base.id} form={form} />
        </Tabs.Panel>
        <Tabs.Panel value="try">
          <TryTab agentId={base.id} form={form} />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <HistoryTab agent={stored} isReadOnly={isReadOnly || isChanged} onRestored={take} />
        </Tabs.Panel>
        <Tabs.Panel value="retell">
          <RetellTab
            agent={stored}
            isReadOnly={isReadOnly}
            hasUnsaved={isChanged}
            onChanged={take}
            onReload={editor.discard}
          />
        </Tabs.Panel>
      </DraftTabs>
      <Unsaved editor={editor} />
      <PublishDialog
        agent={stored}
        opened={isPublishing}
        onClose={publishing.close}
        onPublished={take}
      />
    </>
  );
}

function canPublish(agent: Draft): boolean {
  return agent.has_unpublished_changes || agent.publish_state !== "idle";
}
