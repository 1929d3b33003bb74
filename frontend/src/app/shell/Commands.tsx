import { useDisclosure } from "@mantine/hooks";
import { IconApi, IconKeyboard, IconSettings } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { Palette } from "@/features/palette/Palette";
import { ShortcutsDialog } from "@/features/palette/ShortcutsDialog";
import { useUser } from "@/features/session/useUser";
import { SECTIONS, sectionsFor } from "@/pages/settings/sections";
import { isAsked, useKeys } from "@/parts/useKeys";
import { places } from "./navigation";

/** What can be done by keyboard from every page. */
export function Commands() {
  const { role } = useUser();
  const navigate = useNavigate();
  const [isListed, list] = useDisclosure(false);
  useKeys([["shift+?", () => !isAsked() && list.open()]]);
  const commands = [
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
      <Palette commands={commands} />
      {isListed && <ShortcutsDialog onClose={list.close} />}
    </>
  );
}
