import { Button, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDownload, IconPencil, IconUpload } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Campaign, campaignKeys, steer, type Step } from "@/api/campaigns";
import { explain } from "@/parts/explain";
import { ContactsDialog } from "./ContactsDialog";
import { EditCampaignDialog } from "./EditCampaignDialog";
import { stepsOf } from "./words";

const LABELS: Record<Step, string> = {
  start: "Start",
  pause: "Pause",
  resume: "Resume",
  cancel: "Cancel it",
};

/** What can be done with a campaign that stands like this. */
export function Steering({ campaign }: { campaign: Campaign }) {
  const client = useQueryClient();
  const [isAdding, adding] = useDisclosure(false);
  const [isEditing, editing] = useDisclosure(false);
  const step = useMutation({
    mutationFn: (wanted: Step) => steer(campaign.id, wanted),
    onSuccess: () => client.invalidateQueries({ queryKey: campaignKeys.all }),
  });
  const steps = stepsOf(campaign.status);
  return (
    <Group gap="sm">
      {step.error && (
        <Text size="sm" c="red" role="alert">
          {explain(step.error).detail}
        </Text>
      )}
      <Button
        component="a"
        variant="default"
        href={`/api/v1/campaigns/${campaign.id}/export`}
        download
        leftSection={<IconDownload size={17} aria-hidden />}
      >
        Export
      </Button>
      {steps.length > 0 && (
        <>
          <Button
            variant="default"
            leftSection={<IconPencil size={17} aria-hidden />}
            onClick={editing.open}
          >
            Edit
          </Button>
          <Button
            variant="default"
            leftSection={<IconUpload size={17} aria-hidden />}
            onClick={adding.open}
          >
            Add contacts
          </Button>
        </>
      )}
      {steps.map((each) => (
        <Button
          key={each}
          variant={each === "cancel" ? "default" : "filled"}
          loading={step.isPending && step.variables === each}
          onClick={() => step.mutate(each)}
        >
          {LABELS[each]}
        </Button>
      ))}
      <EditCampaignDialog campaign={campaign} opened={isEditing} onClose={editing.close} />
      <ContactsDialog campaign={campaign} opened={isAdding} onClose={adding.close} />
    </Group>
  );
}
