import { Anchor, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ApiProblem } from "@/api/problem";
import { sessionQuery } from "@/api/session";

/** Where a failure is mended, when that is a place of this UI. */
export function WayOn({ error }: { error: unknown }) {
  const user = useQueryClient().getQueryData(sessionQuery.queryKey);
  if (!(error instanceof ApiProblem) || error.code !== "retell-account-blocked") return null;
  if (user?.role !== "admin")
    return <Text size="sm">An administrator can set Retell&rsquo;s key in the settings.</Text>;
  return (
    <Anchor
      size="sm"
      c="inherit"
      underline="always"
      renderRoot={(props) => (
        <Link {...props} to="/settings" search={{ section: "organisation" }} />
      )}
    >
      Set Retell&rsquo;s key
    </Anchor>
  );
}
