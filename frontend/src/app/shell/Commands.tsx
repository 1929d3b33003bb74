import { useDisclosure } from "@mantine/hooks";
import { IconApi, IconKeyboard, IconPhonePlus, IconSettings } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useCallName } from "@/features/agents/useCallName";
import { Palette } from "@/features/palette/Palette";
import { ShortcutsDialog } from "@/features/palette/ShortcutsDialog";
import { useIsManager, useUser } from "@/features/session/useUser";
import { SECTIONS, sectionsFor } from "@/pages/settings/sections";
import { isAsked, useKeys } from "@/parts/useKeys";
import { places } from "./navigation";

const NewCallDialog = lazy(() => import("@/features/new-call/NewCallDialog"));

/** What can be done by keyboard from every page. */
export function Commands() {
  const { role } = useUser();
  const navigate = useNavigate();
  const isManager = useIsManager();
  const [isListed, list] = useDisclosure(false);
  const [isCalling, calling] = useDisclosure(false);
  useKeys([["shift+?", () => !isAsked() && list.open()]]);
  const commands = [
    ...(isManager ? [{ label: "New call", icon: IconPhonePlus, act: calling.open }] : []),
    ...places
      .filter(({ roles }) => roles?.includes(role) ?? true)
      .map(({ label, icon, to }) => ({ label, icon, act: () => void navigate({ to }) })),
    ...sectionsFor(role).map((section) => ({
      label: `Settings: ${SECTIONS[section].label}`,
      icon: IconSettings,
      act: () => void navigate({ to: "/settings", search: { section } }),
    })),
    { label: "Keyboard shortcuts", icon: IconKeyboard, act: list.open },
    {
      label: "API documentation",
      icon: IconApi,
      act: () => void window.open("/docs", "_blank", "noopener"),
    },
  ];
  return (
    <>
      <Palette commands={commands} callName={useCallName()} />
      {isCalling && (
        <Suspense>
          <NewCallDialog onClose={calling.close} />
        </Suspense>
      )}
      {isListed && <ShortcutsDialog onClose={list.close} />}
    </>
  );
}
