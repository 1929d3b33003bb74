import { Grid, NavLink } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { PageHeader } from "@/parts/PageHeader";
import { useUser } from "@/features/session/useUser";
import { ApiKeys } from "./ApiKeys";
import { AuditLog } from "./AuditLog";
import { Connection } from "./Connection";
import { Inbox } from "./Inbox";
import { LanguageModels } from "./LanguageModels";
import { Organisation } from "./Organisation";
import { People } from "./People";
import { type Section, SECTIONS, sectionsFor } from "./sections";

const route = getRouteApi("/app/settings");

const CONTENTS: Record<Section, ComponentType> = {
  connection: Connection,
  organisation: Organisation,
  models: LanguageModels,
  inbox: Inbox,
  users: People,
  keys: ApiKeys,
  audit: AuditLog,
};

export function SettingsPage() {
  const { organisation, role } = useUser();
  const { section: wanted = "connection" } = route.useSearch();
  const sections = sectionsFor(role);
  const shown = sections.includes(wanted) ? wanted : "connection";
  const Content = CONTENTS[shown];
  return (
    <>
      <PageHeader title="Settings" description={organisation.name} />
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 2 }}>
          <nav aria-label="Settings">
            {sections.map((section) => (
              <NavLink
                key={section}
                label={SECTIONS[section].label}
                active={section === shown}
                renderRoot={(props) => <Link {...props} to="/settings" search={{ section }} />}
                style={{ borderRadius: 8 }}
              />
            ))}
          </nav>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 10 }}>
          <Content />
        </Grid.Col>
      </Grid>
    </>
  );
}
