import { Anchor, Card, Group, SegmentedControl, Skeleton, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { dayStart } from "@/api/days";
import {
  type Asked,
  type RecordField,
  type Series,
  type SeriesBy,
  type SeriesPoint,
  seriesQuery,
} from "@/api/insights";
import { Bars } from "@/parts/charts/Bars";
import { LineChart } from "@/parts/charts/LineChart";
import { ErrorState } from "@/parts/ErrorState";
import { formatCount } from "@/parts/money";
import { formatPhone } from "@/parts/phone";
import { BY, filtersOf } from "./search";
import { isPercent, nameOf, say } from "./words";

interface Props {
  metric: string;
  by: SeriesBy;
  asked: Asked;
  fields: readonly RecordField[];
}

/** A metric over time or by what calls have in common; each point leads to its calls. */
export function SeriesCard({ metric, by, asked, fields }: Props) {
  const [form, setForm] = useState("chart");
  const series = useQuery(seriesQuery(metric, by, asked));
  const title = `${nameOf(metric, fields)}, ${BY[by].toLowerCase()}`;
  const { data } = series;
  return (
    <Card component="section" aria-label={title}>
      <Group justify="space-between" mb="md">
        <div>
          <Title order={2}>{title}</Title>
          {data && (
            <Text size="sm" c="dimmed" className="figures">
              In all: {say(data.metric, data.overall.value, fields)}, of{" "}
              {formatCount(data.overall.n)}
            </Text>
          )}
        </div>
        <SegmentedControl
          aria-label="Shown as"
          data={[
            { value: "chart", label: "Chart" },
            { value: "table", label: "Table" },
          ]}
          value={form}
          onChange={setForm}
        />
      </Group>
      {series.error && <ErrorState error={series.error} onRetry={() => void series.refetch()} />}
      {series.isPending && <Skeleton h={230} radius="md" />}
      {data &&
        (form === "chart" ? (
          <Chart series={data} title={title} fields={fields} />
        ) : (
          <Rows series={data} fields={fields} />
        ))}
    </Card>
  );
}

interface ShownProps {
  series: Series;
  fields: readonly RecordField[];
}

function Chart({ series, title, fields }: ShownProps & { title: string }) {
  const { metric, points, by } = series;
  if (points.every(({ n }) => n === 0))
    return (
      <Text c="dimmed" py="xl" ta="center">
        Nothing happened in these days that this could be made of.
      </Text>
    );
  const saying = (value: number) => say(metric, value, fields);
  const highest = Math.max(...points.map(({ value, interval }) => interval?.high ?? value ?? 0));
  const most = isPercent(metric, fields) ? 100 : topOf(highest);
  const intervals = points.some(({ interval }) => interval !== null);
  return (
    <figure style={{ margin: 0 }} aria-label={`${title}. The table has the figures.`}>
      {["agent", "version", "number"].includes(by) ? (
        <Bars
          most={most}
          items={points.map((point) => ({
            key: `${point.key} ${point.agent_version ?? ""}`,
            label: labelOf(by, point),
            value: point.value,
            said: `${saying(point.value ?? 0)} of ${formatCount(point.n)}`,
          }))}
          wrap={(place, inside) => <To point={points[place]}>{inside}</To>}
        />
      ) : (
        <LineChart
          label={title}
          most={most}
          say={saying}
          points={points.map((point) => ({
            label: labelOf(by, point),
            value: point.value,
            low: point.interval?.low ?? null,
            high: point.interval?.high ?? null,
          }))}
          wrap={(place, dot) => (
            <To point={points[place]} hidden>
              {dot}
            </To>
          )}
        />
      )}
      <Text size="xs" c="dimmed" mt="xs">
        {intervals && "The shaded part is the 95 % interval. "}
        Each point leads to the calls behind it.
      </Text>
    </figure>
  );
}

function Rows({ series, fields }: ShownProps) {
  const { metric, points, by } = series;
  return (
    <Table.ScrollContainer minWidth={420} mah={360}>
      <Table highlightOnHover stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{BY[by].replace("By ", "").replace(/^./, (a) => a.toUpperCase())}</Table.Th>
            <Table.Th ta="right">{nameOf(metric, fields)}</Table.Th>
            <Table.Th ta="right">95 % interval</Table.Th>
            <Table.Th ta="right">Of</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {points.map((point) => (
            <Table.Tr key={`${point.key} ${point.agent_version ?? ""}`}>
              <Table.Td>
                <Anchor
                  inherit
                  renderRoot={(props) => (
                    <Link {...props} to="/calls" search={filtersOf(point.calls)} />
                  )}
                >
                  {labelOf(by, point)}
                </Anchor>
              </Table.Td>
              <Table.Td ta="right" className="figures">
                {say(metric, point.value, fields)}
              </Table.Td>
              <Table.Td ta="right" className="figures">
                {point.interval
                  ? `${say(metric, point.interval.low, fields)} to ${say(metric, point.interval.high, fields)}`
                  : "–"}
              </Table.Td>
              <Table.Td ta="right" className="figures">
                {formatCount(point.n)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface ToProps {
  point: SeriesPoint | undefined;
  /** For the mouse; the keyboard and screen readers have the table. */
  hidden?: boolean;
  children: ReactNode;
}

function To({ point, hidden = false, children }: ToProps) {
  if (!point) return children;
  return (
    <Link
      to="/calls"
      search={filtersOf(point.calls)}
      style={{ color: "inherit", textDecoration: "none" }}
      {...(hidden && { tabIndex: -1 })}
    >
      {children}
    </Link>
  );
}

function labelOf(by: SeriesBy, { key, label }: SeriesPoint): string {
  if (by === "day" || by === "week")
    return dayStart(key).toLocaleDateString(undefined, { month: "short", day: "numeric" });
  if (by === "weekday") return label.slice(0, 3);
  return by === "number" ? formatPhone(key) : label;
}

/** A round number that is no less. */
function topOf(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 5, 8].find((each) => each * power >= value) ?? 10) * power;
}
