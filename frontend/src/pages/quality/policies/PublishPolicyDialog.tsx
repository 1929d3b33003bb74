import { notifications } from "@mantine/notifications";
import { type Policy, publishPolicy } from "@/api/policies";
import { PublishFrame } from "@/parts/drafts/PublishFrame";
import { PolicyChanges } from "./PolicyChanges";

interface Props {
  policy: Policy;
  opened: boolean;
  onClose: () => void;
  onPublished: (policy: Policy) => void;
}

export function PublishPolicyDialog({ policy, onPublished, ...dialog }: Props) {
  return (
    <PublishFrame
      {...dialog}
      draft={policy}
      first="From then on it scores the calls of the agents it applies to, as they end."
      further={(live) =>
        `Compared with version ${live}. Evaluations that are there stay as they are.`
      }
      changes={(live) => <PolicyChanges policy={policy} base={live} />}
      publish={publishPolicy}
      onPublished={(published) => {
        notifications.show({
          title: `${published.name} is published`,
          message: `Version ${published.published_version ?? ""} scores calls from now on.`,
        });
        onPublished(published);
      }}
    />
  );
}
