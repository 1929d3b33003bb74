import { Anchor, Badge, Button, Skeleton, Stack, Tabs, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconRobotOff, IconPhoneOutgoing, IconUpload } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { type Draft, type DraftChanges, draftKeys, draftQuery, saveDraft } from "@/api/drafts";
import { ApiProblem, fieldErrors } from "@/api/problem";
import { AskBeforeLeaving } from "@/parts/AskBeforeLeaving";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { PageHeader } from "@/parts/PageHeader";
import { NewCallButton } from "@/features/new-call/NewCallButton";
import { useIsManager } from "@/features/session/useUser";
import { AdvancedTab } from "@/pages/agents/advanced/AdvancedTab";
import { AgentMenu } from "./AgentMenu";
import { AgentStates } from "@/pages/agents/parts/AgentStates";
import { ConversationTab } from "@/pages/agents/conversation/ConversationTab";
import { HistoryTab } from "@/pages/agents/history/HistoryTab";
import { PublishDialog } from "./PublishDialog";
import { RecordTab } from "@/pages/agents/record/RecordTab";
import { RetellTab } from "@/pages/agents/retell/RetellTab";
import { SaveBar } from "@/parts/drafts/SaveBar";
import { ToolsTab } from "@/pages/agents/tools/ToolsTab";
import { TalkTab } from "@/pages/agents/talk/TalkTab";
import { TryTab } from "@/pages/agents/record/TryTab";
import { refusalsByTab, type Tab, TAB_LABELS, tabOf, TABS } from "./tabs";
import { changesOf, useDraftForm } from "@/pages/agents/parts/useDraftForm";
import { forget, useKeeping, useUnsaved } from "@/features/drafts/useUnsaved";
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
          The address may be mistyped, or the agent belongs to another organisation.
        </EmptyState>
      );
    return <ErrorState error={agent.error} onRetry={() => void agent.refetch()} />;
  }
  // What is stored by now may be newer than what is being edited: that stays until it is saved.
  return <Editor key={agentId} stored={agent.data} />;
}

function Editor({ stored }: { stored: Draft }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { tab = "conversation" } = route.useSearch();
  const isReadOnly = !useIsManager() || stored.archived_at !== null;
  const unsaved = useUnsaved<DraftChanges>(stored.id);
  const kept = isReadOnly ? null : unsaved.kept;
  // What was kept belongs to the draft of its time: saving it tells when there is a newer one.
  const [base, setBase] = useState(kept ? { ...stored, draft_revision: kept.revision } : stored);
  const form = useDraftForm({ ...base, ...kept?.changes } as Draft);
  const changes = changesOf(base, form.values);
  const isChanged = Object.keys(changes).length > 0;
  useKeeping(unsaved.key, isChanged ? { revision: base.draft_revision, changes } : null);
  const [isPublishing, publishing] = useDisclosure(false);

  const showTab = (next: Tab) =>
    void navigate({ from: "/agents/$agentId", search: { tab: next }, replace: true });
  const take = (agent: Draft) => {
    client.setQueryData(draftKeys.one(agent.id), agent);
    void client.invalidateQueries({ queryKey: draftKeys.all });
    setBase(agent);
    form.setValues(agent);
    form.clearErrors();
  };
  const save = useMutation({
    mutationFn: (revision: number | null) => saveDraft(base.id, changes, revision),
    onSuccess: take,
    onError: (error) => {
      const errors = fieldErrors(error);
      form.setErrors(errors);
      const [first] = Object.keys(errors);
      if (first) showTab(tabOf(first));
    },
  });
  const discard = async () => {
    save.reset();
    take(await client.query({ ...draftQuery(base.id), staleTime: 0 }));
  };
  const declare = (names: string[]) => {
    form.setFieldValue("variables", [...form.values.variables, ...names.map(newVariable)]);
    showTab("variables");
  };
  const shared = { form, isReadOnly };
  const refusals = refusalsByTab(form.errors);

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
      {stored.publish_error && (
        <Text size="sm" c="var(--mantine-color-error)" mb="md" role="status">
          The last publish failed: {stored.publish_error}
        </Text>
      )}
      <Tabs
        value={tab}
        onChange={(next) => showTab((next ?? "conversation") as Tab)}
        keepMounted={false}
      >
        <Tabs.List mb="lg">
          {TABS.map((each) => (
            <Tabs.Tab
              key={each}
              value={each}
              rightSection={
                refusals[each] && (
                  <Badge size="sm" color="red" circle aria-label={`${refusals[each]} refused`}>
                    {refusals[each]}
                  </Badge>
                )
              }
            >
              {TAB_LABELS[each]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
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
            onReload={() => void discard()}
          />
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
      <PublishDialog
        agent={stored}
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

function canPublish(agent: Draft): boolean {
  return agent.has_unpublished_changes || agent.publish_state !== "idle";
}
