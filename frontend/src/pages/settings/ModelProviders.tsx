import { Anchor, Card, Table, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Provider } from "@/api/models";
import { formatCount } from "@/parts/money";
import { StatusBadge } from "@/parts/StatusBadge";
import { humanise } from "@/parts/words";

const NAMES: Record<string, string> = { openai: "OpenAI" };

/** Whose key each provider is asked with, and how hard. */
export function ModelProviders({ providers }: { providers: Provider[] }) {
  return (
    <Card padding={0} component="section">
      <div style={{ padding: "var(--mantine-spacing-lg)", paddingBottom: 12 }}>
        <Title order={2}>Providers</Title>
        <Text size="sm" c="dimmed" mt={2}>
          Your own keys are set under{" "}
          <Anchor
            inherit
            underline="always"
            renderRoot={(props) => (
              <Link {...props} to="/settings" search={{ section: "organisation" }} />
            )}
          >
            Organization
          </Anchor>
          . The limits are the installation&rsquo;s, and those of each of its processes.
        </Text>
      </div>
      <Table.ScrollContainer minWidth={560}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Provider</Table.Th>
              <Table.Th>Key</Table.Th>
              <Table.Th ta="right">At once</Table.Th>
              <Table.Th ta="right">Per minute</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {providers.map((provider) => (
              <Table.Tr key={provider.name}>
                <Table.Td>
                  <Text fw={560} size="sm">
                    {NAMES[provider.name] ?? humanise(provider.name)}
                  </Text>
                  {provider.has_own_address && (
                    <Text size="xs" c="dimmed">
                      At an address of the installation&rsquo;s own
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  <Key provider={provider} />
                </Table.Td>
                <Table.Td ta="right" className="figures">
                  {formatCount(provider.concurrency)}
                </Table.Td>
                <Table.Td ta="right" className="figures">
                  {provider.requests_per_minute === null
                    ? "No limit"
                    : formatCount(provider.requests_per_minute)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}

function Key({ provider: { key, name } }: { provider: Provider }) {
  if (key === "organisation") return <StatusBadge label="Your own" tone="good" />;
  if (key === "installation") return <StatusBadge label="The installation's" tone="good" />;
  return <StatusBadge label={name === "ollama" ? "Needs none" : "Not set"} tone="quiet" />;
}
