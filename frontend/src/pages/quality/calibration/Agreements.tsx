import { Card, Collapse, Group, Table, Text, Title, UnstyledButton } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { Fragment, useState } from "react";
import type { Agreement, Rater } from "@/api/calibrations";
import type { PolicyConfig } from "@/api/policies";
import { StatusBadge } from "@/parts/StatusBadge";
import { count, humanise } from "@/parts/words";
import styles from "./Calibration.module.css";
import { Range } from "./Range";
import { sayFigure, standing } from "./reading";

interface Props {
  agreement: Agreement[];
  policy: PolicyConfig;
  raters: Rater[];
}

/** Criterion by criterion, how far people and the model agree beyond chance. */
export function Agreements({ agreement, policy, raters }: Props) {
  const [opened, setOpened] = useState<string | null>(null);
  const nameOf = (key: string) =>
    policy.criteria.find((each) => each.key === key)?.name ?? humanise(key);
  return (
    <Card padding={0} component="section" aria-label="Agreement">
      <Title order={2} p="md" pb={4}>
        Agreement
      </Title>
      <Text size="sm" c="dimmed" px="md" pb="xs">
        1 is complete, 0 is no better than chance. Below 0.67 a criterion is left out of scores
        until its wording changes and it is measured again.
      </Text>
      <Table.ScrollContainer minWidth={620}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Criterion</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th ta="right">Alpha</Table.Th>
              <Table.Th>95 % interval</Table.Th>
              <Table.Th ta="right">Model and people</Table.Th>
              <Table.Th ta="right">Calls</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {agreement.map((each) => (
              <Fragment key={each.key}>
                <Table.Tr>
                  <Table.Td>
                    <UnstyledButton
                      fz="inherit"
                      aria-expanded={opened === each.key}
                      onClick={() => setOpened(opened === each.key ? null : each.key)}
                    >
                      <Group gap={6} wrap="nowrap">
                        <IconChevronDown
                          size={15}
                          aria-hidden
                          style={{ flex: "none", rotate: opened === each.key ? "0deg" : "-90deg" }}
                        />
                        {nameOf(each.key)}
                      </Group>
                    </UnstyledButton>
                  </Table.Td>
                  <Table.Td>
                    <StatusBadge {...standing(each)} />
                  </Table.Td>
                  <Table.Td ta="right" className="figures">
                    {sayFigure(each.krippendorff_alpha)}
                  </Table.Td>
                  <Table.Td>
                    <Range alpha={each.krippendorff_alpha} interval={each.interval} />
                  </Table.Td>
                  <Table.Td ta="right" className="figures">
                    {sayFigure(each.model_kappa)}
                  </Table.Td>
                  <Table.Td ta="right" className="figures">
                    {each.n}
                  </Table.Td>
                </Table.Tr>
                {opened === each.key && (
                  <Table.Tr>
                    <Table.Td colSpan={6}>
                      <Collapse expanded>
                        <Detail agreement={each} raters={raters} />
                      </Collapse>
                    </Table.Td>
                  </Table.Tr>
                )}
              </Fragment>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}

function Detail({ agreement, raters }: { agreement: Agreement; raters: Rater[] }) {
  const nameOf = (id: string) =>
    id === "model" ? "Model" : (raters.find((each) => each.id === id)?.name ?? "–");
  const { confusion, cohen_kappa: kappas, percent, people_alpha: people } = agreement;
  const rows = Object.keys(confusion);
  const labels = [
    ...new Set([...rows, ...rows.flatMap((row) => Object.keys(confusion[row] ?? {}))]),
  ];
  return (
    <Group align="flex-start" gap="xl" py="xs">
      <div>
        <Text size="sm" fw={560} mb={4}>
          Pair by pair (kappa)
        </Text>
        {kappas.pairs.map(({ raters: [one = "", other = ""], kappa, n }) => (
          <Text key={`${one} ${other}`} size="sm" className="figures">
            {nameOf(one)} and {nameOf(other)}: {sayFigure(kappa)} ({count(n, "call")})
          </Text>
        ))}
        <Text size="sm" c="dimmed" mt={4} className="figures">
          The same verdict in {percent === null ? "–" : Math.round(percent)} % of pairs; people
          alone {sayFigure(people)}
        </Text>
      </div>
      {rows.length > 0 && (
        <div className={styles.scroll}>
          <table className={styles.confusion}>
            <caption className={styles.caption}>People down, the model across</caption>
            <thead>
              <tr>
                <td style={{ border: 0 }} />
                {labels.map((label) => (
                  <th key={label} scope="col">
                    {humanise(label)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {labels.map((row) => (
                <tr key={row}>
                  <th scope="row">{humanise(row)}</th>
                  {labels.map((label) => (
                    <td key={label} data-same={row === label || undefined}>
                      {confusion[row]?.[label] ?? 0}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Group>
  );
}
