import { Box, Grid, NavLink, Select } from "@mantine/core";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { PageHeader } from "@/parts/PageHeader";
import { useUser } from "@/features/session/useUser";
import { CallAnalysis } from "./analysis/CallAnalysis";
import { Alerts } from "./alerts/Alerts";
import { ApiKeys } from "./ApiKeys";
import { AuditLog } from "./AuditLog";
import { Connection } from "./Connection";
import { Inbox } from "./Inbox";
import { LanguageModels } from "./LanguageModels";
import { Organisation } from "./Organisation";
import { DoNotCall } from "./compliance/DoNotCall";
import { CallingRules } from "./compliance/CallingRules";
import { Numbers } from "./numbers/Numbers";
import { People } from "./People";
import { Retention } from "./retention/Retention";
import { Setup } from "./setup/Setup";
import { type Section, SECTIONS, sectionsFor } from "./sections";

const route = getRouteApi("/app/settings");

const CONTENTS: Record<Section, ComponentType> = {
  setup: Setup,
  connection: Connection,
  numbers: Numbers,
  "do-not-call": DoNotCall,
  rules: CallingRules,
  organisation: Organisation,
  models: LanguageModels,
  inbox: Inbox,
  alerts: Alerts,
  analysis: CallAnalysis,
  users: People,
  keys: ApiKeys,
  retention: Retention,
  audit: AuditLog,
};

export function SettingsPage() {
  const { organisation, role } = useUser();
  const { section: wanted = "connection" } = route.useSearch();
  const sections = sectionsFor(role);
  const shown = sections.includes(wanted) ? wanted : "connection";
  const Content = CONTENTS[shown];
  const navigate = useNavigate();
  return (
    <>
      <PageHeader title="Settings" description={organisation.name} />
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 2 }}>
          <Select
            hiddenFrom="md"
            aria-label="Section of the settings"
            allowDeselect={false}
            data={sections.map((section) => ({ value: section, label: SECTIONS[section].label }))}
            value={shown}
            onChange={(section) =>
              section && void navigate({ to: "/settings", search: { section } })
            }
          />
          <Box component="nav" aria-label="Settings" visibleFrom="md">
            {sections.map((section) => (
              <NavLink
                key={section}
                label={SECTIONS[section].label}
                active={section === shown}
                renderRoot={(props) => <Link {...props} to="/settings" search={{ section }} />}
                style={{ borderRadius: 8 }}
              />
            ))}
          </Box>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 10 }}>
          <Content />
        </Grid.Col>
      </Grid>
    </>
  );
}
