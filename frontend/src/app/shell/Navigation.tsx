import { Badge, Stack, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { reviewCountQuery } from "@/api/review";
import { useUser } from "@/features/session/useUser";
import { showWaiting } from "@/parts/title";
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
            {to === "/review" && <Waiting />}
          </Link>
        ))}
    </Stack>
  );
}

/** How many records need a person. */
function Waiting() {
  const { data } = useQuery(reviewCountQuery());
  const count = data?.count ?? 0;
  useEffect(() => {
    showWaiting(count);
    return () => showWaiting(0);
  }, [count]);
  if (count === 0) return null;
  return (
    <Badge ml="auto" size="sm" color="orange" variant="filled" autoContrast>
      {count > 99 ? "99+" : count}
      <VisuallyHidden> to review</VisuallyHidden>
    </Badge>
  );
}
