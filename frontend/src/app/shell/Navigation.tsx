import { Stack } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useUser } from "@/features/session/useUser";
import { places } from "./navigation";
import classes from "./Shell.module.css";

export function Navigation({ onNavigate }: { onNavigate: () => void }) {
  const { role } = useUser();
  return (
    <Stack gap={2}>
      {places
        .filter(({ roles }) => !roles || roles.includes(role))
        .map(({ label, icon: Icon, to, exact }) => (
          <Link
            key={label}
            to={to}
            className={classes.link}
            activeOptions={{ exact: exact ?? false, includeSearch: false }}
            onClick={onNavigate}
          >
            <Icon size={18} stroke={1.7} aria-hidden />
            {label}
          </Link>
        ))}
    </Stack>
  );
}
