import { Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Campaign, campaignKeys, changeCampaign, forecastQuery } from "@/api/campaigns";
import { CampaignForm } from "./CampaignForm";
import { changesOf, type Draft, draftOf } from "./draft";

interface Props {
  campaign: Campaign;
  opened: boolean;
  onClose: () => void;
}

/** Changes what a campaign goes by; it holds from the next dial on. */
export function EditCampaignDialog({ campaign, opened, onClose }: Props) {
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (draft: Draft) => changeCampaign(campaign.id, changesOf(draft, campaign)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: campaignKeys.all });
      await client.invalidateQueries({ queryKey: forecastQuery(campaign.id).queryKey });
      onClose();
    },
  });
  return (
    <Modal opened={opened} onClose={onClose} title="Edit campaign" size="lg">
      <CampaignForm
        begin={draftOf(campaign)}
        saveAs="Save changes"
        error={save.error}
        isSaving={save.isPending}
        isSettled={campaign.started_at !== null}
        onSave={save.mutate}
      />
    </Modal>
  );
}
