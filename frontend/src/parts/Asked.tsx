import { Button, Group, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ReactNode } from "react";

interface AskedProps {
  question: string;
  effect: ReactNode;
  act: string;
  color?: string;
  icon?: ReactNode;
  size?: string;
  isPending: boolean;
  onAct: () => void;
}

/** What cannot be undone is asked for first. */
export function Asked({ question, effect, act, color, icon, size, isPending, onAct }: AskedProps) {
  const [isAsking, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button
        color={color}
        variant={color ? "light" : "default"}
        leftSection={icon}
        loading={isPending}
        onClick={open}
        {...(size === undefined ? {} : { size })}
      >
        {act}
      </Button>
      <Modal opened={isAsking} onClose={close} title={question}>
        <Text size="sm" ta="left">
          {effect}
        </Text>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={close}>
            Back
          </Button>
          <Button
            color={color}
            data-autofocus
            onClick={() => {
              close();
              onAct();
            }}
          >
            {act}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
