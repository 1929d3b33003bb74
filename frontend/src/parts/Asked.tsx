import { Alert, Button, Group, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { UseMutationResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { explain } from "./explain";

interface AskedProps {
  question: string;
  effect: ReactNode;
  act: string;
  color?: string;
  icon?: ReactNode;
  size?: string;
  doing: UseMutationResult<unknown, Error, void>;
}

/** What cannot be undone is asked for first. It asks until it is done, and says why it could not be. */
export function Asked({ question, effect, act, color, icon, size, doing }: AskedProps) {
  const [isAsking, { open, close }] = useDisclosure(false);
  const back = () => {
    close();
    doing.reset();
  };
  return (
    <>
      <Button
        color={color}
        variant={color ? "light" : "default"}
        leftSection={icon}
        loading={doing.isPending}
        onClick={open}
        {...(size === undefined ? {} : { size })}
      >
        {act}
      </Button>
      <Modal opened={isAsking} onClose={back} title={question}>
        <Text size="sm" ta="left">
          {effect}
        </Text>
        {doing.error && (
          <Alert color="red" variant="light" role="alert" ta="left" mt="md">
            {explain(doing.error).detail}
          </Alert>
        )}
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={back}>
            Back
          </Button>
          <Button
            color={color}
            data-autofocus
            loading={doing.isPending}
            onClick={() => doing.mutate(undefined, { onSuccess: close })}
          >
            {act}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
