import { useDisclosure } from "@mantine/hooks";
import { lazy, type ReactNode, Suspense } from "react";
import { useIsManager } from "@/features/session/useUser";

const NewCallDialog = lazy(() => import("./NewCallDialog"));

/** What opens the dialog for a new call; nothing for those who may not place calls. */
export function NewCallButton({ children }: { children: (open: () => void) => ReactNode }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const isManager = useIsManager();
  if (!isManager) return null;
  return (
    <>
      {children(open)}
      {isOpen && (
        <Suspense>
          <NewCallDialog onClose={close} />
        </Suspense>
      )}
    </>
  );
}
