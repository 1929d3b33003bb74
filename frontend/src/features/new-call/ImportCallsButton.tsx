import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconTableImport } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useIsManager } from "@/features/session/useUser";

const ImportCallsDialog = lazy(() => import("./ImportCallsDialog"));

export function ImportCallsButton() {
  const [isOpen, { open, close }] = useDisclosure(false);
  if (!useIsManager()) return null;
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconTableImport size={17} aria-hidden />}
        onClick={open}
      >
        Import calls
      </Button>
      {isOpen && (
        <Suspense>
          <ImportCallsDialog onClose={close} />
        </Suspense>
      )}
    </>
  );
}
