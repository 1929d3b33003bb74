import { Button, Group, Modal, Text } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";

interface Props {
  isUnsaved: boolean;
  /**
   * Forgets what the browser's tab keeps of it. What is kept does not hold up the login: it is there
   * again afterwards.
   */
  onLeave?: () => void;
  /** What would be lost, as a sentence. */
  children: string;
}

/** Asks before another page, or another call of this one, takes the place of what is not saved. */
export function AskBeforeLeaving({ isUnsaved, onLeave, children }: Props) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) =>
      isUnsaved &&
      placeOf(current) !== placeOf(next) &&
      !(onLeave !== undefined && next.pathname === "/login"),
    enableBeforeUnload: () => isUnsaved,
    withResolver: true,
  });
  const leave = () => {
    onLeave?.();
    blocker.proceed?.();
  };
  return (
    <Modal
      opened={blocker.status === "blocked"}
      onClose={() => blocker.reset?.()}
      title="Leave without saving?"
    >
      <Text size="sm">{children}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={leave}>
          Leave
        </Button>
        <Button data-autofocus onClick={() => blocker.reset?.()}>
          Stay
        </Button>
      </Group>
    </Modal>
  );
}

function placeOf({ pathname, search }: { pathname: string; search: object }): string {
  return "call" in search ? `${pathname} ${String(search.call)}` : pathname;
}
