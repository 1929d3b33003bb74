import { Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { campaignKeys, createCampaign } from "@/api/campaigns";
import { CampaignForm } from "./CampaignForm";
import { type Draft, emptyDraft, wantedOf } from "./draft";

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** Makes a campaign, which calls nobody before it has contacts and is started. */
export function NewCampaignDialog({ opened, onClose }: Props) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const save = useMutation({
    mutationFn: (draft: Draft) => createCampaign(wantedOf(draft)),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: campaignKeys.all });
      onClose();
      await navigate({ to: "/campaigns/$campaignId", params: { campaignId: id } });
    },
  });
  return (
    <Modal opened={opened} onClose={onClose} title="New campaign" size="lg">
      <CampaignForm
        begin={emptyDraft()}
        saveAs="Create campaign"
        error={save.error}
        isSaving={save.isPending}
        onSave={save.mutate}
      />
    </Modal>
  );
}
