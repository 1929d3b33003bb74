import { useDisclosure } from "@mantine/hooks";
import { lazy, type ReactNode, Suspense } from "react";
import { useIsManager } from "@/features/session/useUser";

const NewCallDialog = lazy(() => import("./NewCallDialog"));

interface Props {
  /** With which agent; by default the one added last. */
  agentId?: string;
  children: (open: () => void) => ReactNode;
}

/** What opens the dialog for a new call; nothing for those who may not place calls. */
export function NewCallButton({ agentId, children }: Props) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const isManager = useIsManager();
  if (!isManager) return null;
  return (
    <>
      {children(open)}
      {isOpen && (
        <Suspense>
          <NewCallDialog agentId={agentId} onClose={close} />
        </Suspense>
      )}
    </>
  );
}
