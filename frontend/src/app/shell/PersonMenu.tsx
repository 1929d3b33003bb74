import {
  Avatar,
  Menu,
  type MantineColorScheme,
  Text,
  UnstyledButton,
  useMantineColorScheme,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconBell,
  IconDeviceDesktop,
  IconKey,
  IconLogout,
  IconMoon,
  IconSun,
} from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { endSession, logOut } from "@/api/session";
import { ring, useAlerts } from "@/features/live/alerts";
import { useUser } from "@/features/session/useUser";
import { PasswordDialog } from "./PasswordDialog";
import classes from "./Shell.module.css";

const schemes: { value: MantineColorScheme; label: string; icon: typeof IconSun }[] = [
  { value: "light", label: "Light", icon: IconSun },
  { value: "dark", label: "Dark", icon: IconMoon },
  { value: "auto", label: "As the system", icon: IconDeviceDesktop },
];

/** Who is logged in, how it looks, and the way out. */
export function PersonMenu() {
  const user = useUser();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [areAlertsOn, setAlertsOn] = useAlerts();
  const [isChanging, { open: change, close }] = useDisclosure(false);
  return (
    <>
      {isChanging && <PasswordDialog onClose={close} />}
      <Menu position="top-start" width={240}>
        <Menu.Target>
          <UnstyledButton className={classes.person}>
            <Avatar
              aria-hidden
              size={32}
              radius="xl"
              color="signal"
              variant="filled"
              name={user.name}
            />
            <div style={{ minWidth: 0 }}>
              <Text size="sm" fw={550} truncate>
                {user.name}
              </Text>
              <Text size="xs" truncate className={classes.org}>
                {user.organisation.name}
              </Text>
            </div>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {user.email} · {user.role}
          </Menu.Label>
          <Menu.Divider />
          <Menu.Label>Appearance</Menu.Label>
          {schemes.map(({ value, label, icon: Icon }) => (
            <Menu.Item
              key={value}
              leftSection={<Icon size={16} aria-hidden />}
              rightSection={value === colorScheme ? "✓" : undefined}
              aria-current={value === colorScheme}
              onClick={() => setColorScheme(value)}
            >
              {label}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconBell size={16} aria-hidden />}
            rightSection={areAlertsOn ? "✓" : undefined}
            role="menuitemcheckbox"
            aria-checked={areAlertsOn}
            closeMenuOnClick={false}
            onClick={() => {
              if (!areAlertsOn) ring();
              setAlertsOn(!areAlertsOn);
            }}
          >
            Sound for what needs you
          </Menu.Item>
          <Menu.Item leftSection={<IconKey size={16} aria-hidden />} onClick={change}>
            Change password
          </Menu.Item>
          <LogOut />
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function LogOut() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const leave = async () => {
    await logOut();
    endSession(client);
    await navigate({ to: "/login" });
  };
  return (
    <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void leave()}>
      Log out
    </Menu.Item>
  );
}
