import { Button, Group, Modal, Text, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type ReactNode, type SyntheticEvent, useState } from "react";

interface Props {
  label: string;
  title: string;
  text: string;
  act: string;
  icon: ReactNode;
  isPending: boolean;
  isDisabled?: boolean;
  onAct: (note: string) => void;
}

/** Something that is done with a word about why. */
export function Noted(props: Props) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [note, setNote] = useState("");
  const act = (event: SyntheticEvent) => {
    event.preventDefault();
    close();
    props.onAct(note);
    setNote("");
  };
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={props.icon}
        loading={props.isPending}
        disabled={props.isDisabled ?? false}
        onClick={open}
      >
        {props.label}
      </Button>
      <Modal opened={isOpen} onClose={close} title={props.title}>
        <form onSubmit={act}>
          <Text size="sm" mb="sm">
            {props.text}
          </Text>
          <Textarea
            label="Note"
            autosize
            minRows={2}
            maxLength={2000}
            data-autofocus
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Group justify="flex-end" mt="lg">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit">{props.act}</Button>
          </Group>
        </form>
      </Modal>
    </>
  );
}
