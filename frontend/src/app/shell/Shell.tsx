import { AppShell, Burger, Group, Kbd, ScrollArea, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { spotlight } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { Outlet } from "@tanstack/react-router";
import { StandstillBanner } from "@/features/health/StandstillBanner";
import { ConnectionNotice } from "@/features/live/ConnectionNotice";
import { LiveProvider } from "@/features/live/LiveProvider";
import { UserContext, useSession } from "@/features/session/useUser";
import { Mark } from "@/parts/Mark";
import { Commands } from "./Commands";
import { Navigation } from "./Navigation";
import { PageChange } from "./PageChange";
import { PersonMenu } from "./PersonMenu";
import classes from "./Shell.module.css";

/** The frame around every page behind the login; nothing, from its end to the page of the login. */
export function Shell() {
  const user = useSession();
  return (
    user && (
      <UserContext value={user}>
        <Frame />
      </UserContext>
    )
  );
}

function Frame() {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  return (
    <AppShell
      navbar={{ width: 224, breakpoint: "sm", collapsed: { mobile: !isOpen } }}
      header={{ height: { base: 52, sm: 0 } }}
      padding={{ base: "md", sm: "xl" }}
      classNames={{ navbar: classes.rail, header: classes.bar, main: classes.main }}
    >
      <a href="#content" className="skip-link">
        Skip to the content
      </a>
      <AppShell.Header hiddenFrom="sm">
        <Group h="100%" px="md" gap="sm" wrap="nowrap">
          <Burger
            opened={isOpen}
            onClick={toggle}
            size="sm"
            color="#fff"
            aria-label={isOpen ? "Close the navigation" : "Open the navigation"}
          />
          <Brand />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar aria-label="Main">
        <AppShell.Section visibleFrom="sm" px="lg" pt="lg" pb="md">
          <Brand />
        </AppShell.Section>
        <AppShell.Section grow component={ScrollArea} px="sm" pt={{ base: "md", sm: 0 }}>
          <Navigation onNavigate={close} />
          <UnstyledButton
            className={classes.link}
            mt="xs"
            onClick={() => {
              close();
              spotlight.open();
            }}
          >
            <IconSearch size={18} stroke={1.7} aria-hidden />
            Find
            <Kbd size="xs" ml="auto" visibleFrom="sm">
              Ctrl K
            </Kbd>
          </UnstyledButton>
        </AppShell.Section>
        <AppShell.Section p="sm" className={classes.foot}>
          <PersonMenu />
        </AppShell.Section>
      </AppShell.Navbar>
      <PageChange />
      <Commands />
      <AppShell.Main id="content" tabIndex={-1}>
        <div className={classes.page}>
          <LiveProvider>
            <ConnectionNotice />
            <StandstillBanner />
            <Outlet />
          </LiveProvider>
        </div>
      </AppShell.Main>
    </AppShell>
  );
}

function Brand() {
  return (
    <Group gap={10} c="#fff" wrap="nowrap">
      <Mark />
      <Text fw={650} fz={18} lts="-0.02em">
        Ringback
      </Text>
    </Group>
  );
}
