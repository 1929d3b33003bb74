import { Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
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
  return (
    <Modal opened={opened} onClose={onClose} title="Edit campaign" size="lg">
      <EditForm campaign={campaign} onClose={onClose} />
    </Modal>
  );
}

function EditForm({ campaign, onClose }: Omit<Props, "opened">) {
  const client = useQueryClient();
  // As it was when somebody began: what others change meanwhile is no change of theirs.
  const [begun] = useState(campaign);
  const save = useMutation({
    mutationFn: (draft: Draft) => changeCampaign(begun.id, changesOf(draft, begun)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: campaignKeys.all });
      await client.invalidateQueries({ queryKey: forecastQuery(begun.id).queryKey });
      onClose();
    },
  });
  return (
    <CampaignForm
      begin={draftOf(begun)}
      saveAs="Save changes"
      error={save.error}
      isSaving={save.isPending}
      isSettled={campaign.started_at !== null}
      onSave={save.mutate}
    />
  );
}
