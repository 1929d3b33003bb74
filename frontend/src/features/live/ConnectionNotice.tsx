import { Alert } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useConnection } from "./LiveProvider";

const PATIENCE_MS = 1200;

/** Says that what is shown stands still. A blink of the network is not worth a word. */
export function ConnectionNotice() {
  const state = useConnection();
  const [lasting] = useDebouncedValue(state, PATIENCE_MS);
  if (state !== "lost" || lasting !== "lost") return null;
  return (
    <Alert
      color="orange"
      variant="light"
      mb="lg"
      icon={<IconPlugConnectedX />}
      title="Connection lost"
      role="status"
    >
      What you see may be out of date. Trying again; nothing will have been missed.
    </Alert>
  );
}
