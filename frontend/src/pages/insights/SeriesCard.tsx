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
import { extentOf } from "@/parts/charts/scale";
import { ErrorState } from "@/parts/ErrorState";
import { Instant } from "@/parts/Instant";
import { formatCount } from "@/parts/money";
import { formatPhone } from "@/parts/phone";
import { BY, filtersOf } from "./search";
import { isPercent, nameOf, say } from "@/features/insights/words";

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
              {data.known_since !== null && (
                <>
                  , since <Instant at={data.known_since} />: what was before is not kept
                </>
              )}
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
        {series.known_since !== null && series.overall.value === null
          ? "What happened in these days is not kept any more."
          : "Nothing happened in these days that this could be made of."}
      </Text>
    );
  const saying = (value: number | null) => say(metric, value, fields);
  const asBars = ["agent", "version", "number"].includes(by);
  const shown = points.map((point) => ({
    label: labelOf(by, point),
    value: point.value,
    low: point.interval?.low ?? null,
    high: point.interval?.high ?? null,
  }));
  const { least, most } = isPercent(metric, fields) ? { least: 0, most: 100 } : extentOf(shown);
  const leads = points.some(({ calls }) => calls !== null);
  const intervals = !asBars && points.some(({ interval }) => interval !== null);
  return (
    <figure style={{ margin: 0 }} aria-label={`${title}. The table has the figures.`}>
      {asBars ? (
        <Bars
          least={least}
          most={most}
          items={points.map((point) => ({
            key: `${point.key} ${point.agent_version ?? ""}`,
            label: labelOf(by, point),
            value: point.value,
            said: `${saying(point.value)} of ${formatCount(point.n)}`,
          }))}
          wrap={(place, inside) => <To point={points[place]}>{inside}</To>}
        />
      ) : (
        <LineChart
          label={title}
          least={least}
          most={most}
          say={saying}
          points={shown}
          wrap={(place, dot) => (
            <To point={points[place]} hidden>
              {dot}
            </To>
          )}
        />
      )}
      <Text size="xs" c="dimmed" mt="xs">
        {intervals && "The shaded part is the 95 % interval. "}
        {leads ? leadingTo(metric, fields) : "The list of calls cannot show those behind a point."}
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
                <Name point={point}>{labelOf(by, point)}</Name>
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

function Name({ point: { calls }, children }: { point: SeriesPoint; children: string }) {
  if (!calls) return children;
  return (
    <Anchor
      inherit
      renderRoot={(props) => <Link {...props} to="/calls" search={filtersOf(calls)} />}
    >
      {children}
    </Anchor>
  );
}

function leadingTo(metric: string, fields: readonly RecordField[]): string {
  const which = isPercent(metric, fields) ? "the calls that it counts" : "the calls behind it";
  return `Each point leads to ${which}.`;
}

interface ToProps {
  point: SeriesPoint | undefined;
  /** For the mouse; the keyboard and screen readers have the table. */
  hidden?: boolean;
  children: ReactNode;
}

function To({ point, hidden = false, children }: ToProps) {
  if (!point?.calls) return children;
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
