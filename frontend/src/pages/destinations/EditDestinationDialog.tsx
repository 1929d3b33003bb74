import { Modal } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import {
  type Destination,
  destinationKeys,
  updateDestination,
  type WantedDestination,
} from "@/api/destinations";
import { DestinationForm } from "./DestinationForm";
import { draftOf } from "./draft";
import { ownTimeZone } from "./timeZone";

interface Props {
  destination: Destination;
  opened: boolean;
  onClose: () => void;
}

/** Changes a destination. What waits goes by the new settings. */
export function EditDestinationDialog({ destination, opened, onClose }: Props) {
  const client = useQueryClient();
  const save = async (wanted: WantedDestination) => {
    const { name, config, events, record_statuses, agent_ids, fields, concurrency } = wanted;
    const changes = { name, config, events, record_statuses, agent_ids, fields, concurrency };
    await updateDestination(destination.id, changes);
    await client.invalidateQueries({ queryKey: destinationKeys.all });
    onClose();
  };
  return (
    <Modal opened={opened} onClose={onClose} title="Change the destination" size="lg">
      <DestinationForm start={draftOf(destination, ownTimeZone())} isChange onSave={save} />
    </Modal>
  );
}
