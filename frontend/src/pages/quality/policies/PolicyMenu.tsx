import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { archivePolicy, type Policy, policyKeys } from "@/api/policies";
import { DraftMenu } from "@/parts/drafts/DraftMenu";

/** What is done to a policy now and then. */
export function PolicyMenu({ policy }: { policy: Policy }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return (
    <DraftMenu
      name={policy.name}
      consequence="It scores no more calls. Its evaluations and versions stay."
      archive={() => archivePolicy(policy.id)}
      onArchived={async () => {
        await client.invalidateQueries({ queryKey: policyKeys.all });
        await navigate({ to: "/quality/policies" });
        notifications.show({ message: `${policy.name} scores no more calls.` });
      }}
    />
  );
}
