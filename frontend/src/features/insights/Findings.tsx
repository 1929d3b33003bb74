import { Anchor, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Finding, RecordField, SeriesBy } from "@/api/insights";
import { formatCount } from "@/parts/money";
import { StatusBadge } from "@/parts/StatusBadge";
import { chartOf, nameOf, tell } from "./words";

interface Props {
  items: readonly Finding[];
  fields: readonly RecordField[];
  /** Of whose calls, and how the chart behind each tells them apart; else as it does now. */
  chart?: { agent: string; by: SeriesBy };
}

/** What was compared: how it is and how it was, how sure that is, and of how many. */
export function Findings({ items, fields, chart }: Props) {
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>What</Table.Th>
            <Table.Th>Change</Table.Th>
            <Table.Th ta="right">Now</Table.Th>
            <Table.Th ta="right">Before</Table.Th>
            <Table.Th ta="right">Of</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((finding) => {
            const told = tell(finding, fields);
            return (
              <Table.Tr key={finding.metric}>
                <Table.Td>
                  <Anchor
                    inherit
                    renderRoot={(props) => (
                      <Link
                        {...props}
                        to="/insights"
                        search={(search) => ({
                          ...search,
                          ...chart,
                          metric: chartOf(finding),
                        })}
                      />
                    )}
                  >
                    {nameOf(finding.metric, fields)}
                  </Anchor>
                </Table.Td>
                <Table.Td>
                  <StatusBadge tone={told.tone} label={told.verdict} />
                  <Small>{told.effect}</Small>
                </Table.Td>
                <Table.Td ta="right" className="figures">
                  {told.now}
                  <Small>{told.nowBetween}</Small>
                </Table.Td>
                <Table.Td ta="right" className="figures">
                  {told.before}
                  <Small>{told.beforeBetween}</Small>
                </Table.Td>
                <Table.Td ta="right" className="figures" style={{ whiteSpace: "nowrap" }}>
                  {formatCount(finding.n)} / {formatCount(finding.baseline_n)}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Small({ children }: { children: string | null }) {
  if (children === null) return null;
  return (
    <Text size="xs" c="dimmed" className="figures">
      {children}
    </Text>
  );
}
