import { notifications } from "@mantine/notifications";
import { type Draft, publishDraft } from "@/api/drafts";
import { Changes } from "@/pages/agents/changes/Changes";
import { PublishFrame } from "@/parts/drafts/PublishFrame";

interface Props {
  agent: Draft;
  opened: boolean;
  onClose: () => void;
  onPublished: (agent: Draft) => void;
}

export function PublishDialog({ agent, onPublished, ...dialog }: Props) {
  return (
    <PublishFrame
      {...dialog}
      draft={agent}
      first="It goes to Retell with its prompt, voice and webhook address, and takes calls from then on."
      further={(live) =>
        `Compared with version ${live}, which takes calls now. Calls that run go on with it.`
      }
      changes={(live) => (
        <Changes agentId={agent.id} base={live} compare="draft" revision={agent.draft_revision} />
      )}
      publish={publishDraft}
      onPublished={(published) => {
        notifications.show({
          title: `${published.name} is live`,
          message: `Version ${published.published_version ?? ""} takes calls from now on.`,
        });
        onPublished(published);
      }}
    />
  );
}
