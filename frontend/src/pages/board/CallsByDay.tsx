import {
  Anchor,
  Card,
  Group,
  SegmentedControl,
  Select,
  Skeleton,
  Table,
  Text,
  Title,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type CallDay, daysQuery } from "@/api/calls";
import { dayStart } from "@/api/days";
import { ErrorState } from "@/parts/ErrorState";
import { type Column, columnsOf, MEASURES, type MeasureName } from "./days";
import classes from "./CallsByDay.module.css";

const SPANS = [
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
];
const NAMES = Object.entries(MEASURES).map(([value, { label }]) => ({ value, label }));

/** How the calls of the last days turned out; each day leads to its calls. */
export function CallsByDay() {
  const [span, setSpan] = useState("30");
  const [name, setName] = useState<MeasureName>("calls");
  const [form, setForm] = useState("chart");
  const days = useQuery(daysQuery(Number(span)));
  const items = days.data?.items;
  return (
    <Card component="section" aria-label="Calls by day" mt="lg">
      <Group justify="space-between" mb="md">
        <Title order={2}>Calls by day</Title>
        <Group gap="xs">
          {form === "chart" && (
            <Select
              aria-label="What is shown"
              allowDeselect={false}
              data={NAMES}
              value={name}
              onChange={(chosen) => setName((chosen ?? "calls") as MeasureName)}
              w={200}
            />
          )}
          <SegmentedControl
            aria-label="How many days"
            data={SPANS}
            value={span}
            onChange={setSpan}
          />
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
      </Group>
      {days.error && <ErrorState error={days.error} onRetry={() => void days.refetch()} />}
      {days.isPending && <Skeleton h={196} radius="md" />}
      {items && (form === "chart" ? <Chart days={items} name={name} /> : <Rows days={items} />)}
    </Card>
  );
}

function Chart({ days, name }: { days: readonly CallDay[]; name: MeasureName }) {
  const { columns, top } = columnsOf(days, name);
  const every = Math.ceil(columns.length / 6);
  return (
    <figure
      className={classes.figure}
      aria-label={`${MEASURES[name].label} on each of the last ${days.length} days. The table has the figures.`}
    >
      {/* For the mouse; the keyboard and screen readers have the table. */}
      <div className={classes.plot} aria-hidden>
        <Text className={classes.top} size="xs" c="dimmed">
          {top}
        </Text>
        {columns.map((column, place) => (
          <Link
            key={column.day}
            to="/calls"
            search={{ from: column.day, until: column.day }}
            className={classes.day}
            tabIndex={-1}
            title={`${sayDay(column)}: ${column.said}`}
          >
            <span className={classes.space}>
              <span className={classes.column} style={{ height: `${column.height}%` }} />
            </span>
            <span className={classes.name}>
              {(columns.length - 1 - place) % every === 0 && sayDay(column)}
            </span>
          </Link>
        ))}
      </div>
    </figure>
  );
}

function Rows({ days }: { days: readonly CallDay[] }) {
  const names = Object.keys(MEASURES) as MeasureName[];
  const byName = names.map((name) => columnsOf(days, name).columns);
  return (
    <Table.ScrollContainer minWidth={620} mah={360}>
      <Table highlightOnHover stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Day</Table.Th>
            {NAMES.map(({ value, label }) => (
              <Table.Th key={value} ta="right">
                {label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {days
            .map(({ day }, place) => (
              <Table.Tr key={day}>
                <Table.Td>
                  <Anchor
                    inherit
                    style={{ whiteSpace: "nowrap" }}
                    renderRoot={(props) => (
                      <Link {...props} to="/calls" search={{ from: day, until: day }} />
                    )}
                  >
                    {sayDay({ day })}
                  </Anchor>
                </Table.Td>
                {byName.map((columns, at) => (
                  <Table.Td key={names[at]} ta="right" className="figures">
                    {columns[place]?.said}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))
            .toReversed()}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function sayDay({ day }: Pick<Column, "day">): string {
  return dayStart(day).toLocaleDateString(undefined, { month: "short", day: "numeric" });
}
