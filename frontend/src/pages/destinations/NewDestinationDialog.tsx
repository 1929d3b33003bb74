import { Modal } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import {
  createDestination,
  destinationKeys,
  type NewDestination,
  type WantedDestination,
} from "@/api/destinations";
import { DestinationForm } from "./DestinationForm";
import { emptyDraft } from "./draft";
import { ownTimeZone } from "./timeZone";

interface Props {
  opened: boolean;
  onClose: () => void;
  onMade: (made: NewDestination) => void;
}

export function NewDestinationDialog({ opened, onClose, onMade }: Props) {
  const client = useQueryClient();
  const save = async (wanted: WantedDestination) => {
    const made = await createDestination(wanted);
    await client.invalidateQueries({ queryKey: destinationKeys.all });
    onClose();
    onMade(made);
  };
  return (
    <Modal opened={opened} onClose={onClose} title="New destination" size="lg">
      <DestinationForm start={emptyDraft(ownTimeZone())} onSave={save} />
    </Modal>
  );
}
