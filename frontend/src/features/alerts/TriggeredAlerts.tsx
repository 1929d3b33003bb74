import { Alert, Button, Text } from "@mantine/core";
import { IconBellRinging } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { alertsQuery } from "@/api/alerts";
import { conditionOf, foundOf } from "./wording";

/** What is not as it should be right now; nothing while all is well. */
export function TriggeredAlerts() {
  const { data } = useQuery(alertsQuery);
  const triggered = (data ?? []).filter(({ state, enabled }) => enabled && state === "triggered");
  if (triggered.length === 0) return null;
  return (
    <Alert
      role="alert"
      color="orange"
      variant="light"
      mb="lg"
      icon={<IconBellRinging aria-hidden />}
      title={triggered.length === 1 ? triggered[0]?.name : `${triggered.length} alerts`}
    >
      {triggered.map((each) => (
        <Text key={each.id} size="sm">
          {triggered.length > 1 && <strong>{each.name}: </strong>}
          {conditionOf(each)}. Now: {foundOf(each)}.
        </Text>
      ))}
      <Button
        size="xs"
        variant="subtle"
        mt="xs"
        renderRoot={(props) => <Link {...props} to="/settings" search={{ section: "alerts" }} />}
      >
        See alerts
      </Button>
    </Alert>
  );
}
