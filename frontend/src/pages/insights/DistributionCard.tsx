import { Card, Group, Select, Skeleton, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import {
  type Asked,
  type Distribution,
  type DistributionPart,
  distributionQuery,
  type RecordField,
} from "@/api/insights";
import { Bars } from "@/parts/charts/Bars";
import { ErrorState } from "@/parts/ErrorState";
import { formatCount } from "@/parts/money";
import { asClock } from "@/parts/time";
import { humanise } from "@/parts/words";
import { filtersOf } from "./search";
import { nameOf, say } from "@/features/insights/words";

const METRICS = ["duration_ms", "cost_cents", "score"];

interface Props {
  asked: Asked;
  fields: readonly RecordField[];
}

/** How values are spread; what can be told apart in the list of calls leads there. */
export function DistributionCard({ asked, fields }: Props) {
  const [chosen, setChosen] = useState("duration_ms");
  const field = fields.find(({ name }) => chosen === `field:${name}`)?.name;
  const metric = METRICS.includes(chosen) || field === undefined ? "duration_ms" : chosen;
  const of = METRICS.includes(chosen) ? { metric: chosen } : field ? { field } : { metric };
  const found = useQuery(distributionQuery(of, asked));
  const options = [
    ...METRICS.map((value) => ({ value, label: SPREAD[value] ?? value })),
    ...fields
      .filter(({ kind }) => kind !== "text")
      .map(({ name }) => ({ value: `field:${name}`, label: nameOf(`field:${name}`, fields) })),
  ];
  return (
    <Card component="section" aria-label="How it is spread">
      <Group justify="space-between" mb="md">
        <Title order={2}>How it is spread</Title>
        <Select
          aria-label="What is spread"
          allowDeselect={false}
          searchable
          w={230}
          data={options}
          value={options.some(({ value }) => value === chosen) ? chosen : "duration_ms"}
          onChange={(value) => setChosen(value ?? "duration_ms")}
        />
      </Group>
      {found.error && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Skeleton h={200} radius="md" />}
      {found.data && <Spread found={found.data} fields={fields} />}
    </Card>
  );
}

const SPREAD: Record<string, string> = {
  duration_ms: "Length of calls",
  cost_cents: "Cost of calls",
  score: "Scores",
};

function Spread({ found, fields }: { found: Distribution; fields: readonly RecordField[] }) {
  const { metric, median, quartiles, parts, n } = found;
  if (n === 0)
    return (
      <Text c="dimmed" py="xl" ta="center">
        Nothing happened in these days that this could be made of.
      </Text>
    );
  const most = Math.max(...parts.map(({ percent }) => percent));
  const of = (value: number) =>
    metric === "duration_ms" ? asClock(value) : say(metric, value, fields);
  return (
    <>
      <Bars
        most={most}
        items={parts.map((part) => ({
          key: part.label,
          label: labelOf(part, of),
          value: part.percent,
          said: `${Math.round(part.percent)}% (${formatCount(part.n)})`,
        }))}
        wrap={(place, inside) => {
          const calls = parts[place]?.calls;
          if (!calls) return inside;
          return (
            <Link
              to="/calls"
              search={filtersOf(calls)}
              style={{ color: "inherit", textDecoration: "none" }}
            >
              {inside}
            </Link>
          );
        }}
      />
      <Text size="xs" c="dimmed" mt="xs" className="figures">
        Of {formatCount(n)}.{median !== null && ` Half are above ${of(median)}.`}
        {quartiles && ` Half are between ${of(quartiles.low)} and ${of(quartiles.high)}.`}
      </Text>
    </>
  );
}

function labelOf({ label, low, high }: DistributionPart, of: (value: number) => string): string {
  if (low === null || low === undefined) return label === "" ? "No value" : humanise(label);
  return high === null || high === undefined ? `${of(low)} and more` : `${of(low)} to ${of(high)}`;
}
