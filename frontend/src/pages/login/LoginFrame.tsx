import { Card, Center, Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Mark } from "@/parts/Mark";
import classes from "./LoginFrame.module.css";

/** What the pages before the login look like. */
export function LoginFrame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Center mih="100dvh" p="md" className={classes.page} component="main">
      <Stack w="100%" maw={380} gap="lg">
        <Group gap="sm" justify="center" c="#fff">
          <Mark size={36} />
          <Text fw={650} fz={26} lts="-0.03em">
            Ringback
          </Text>
        </Group>
        <Card padding="xl" shadow="xl" className={classes.card}>
          <Stack gap="md">
            <Title order={1} fz={20}>
              {title}
            </Title>
            {children}
          </Stack>
        </Card>
      </Stack>
    </Center>
  );
}
