import {
  Alert as Notice,
  Button,
  Group,
  Modal,
  NumberInput,
  Select,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { agentsQuery } from "@/api/agents";
import { type Alert, alertsQuery, createAlert, updateAlert } from "@/api/alerts";
import { fieldErrors } from "@/api/problem";
import { asStored, asTyped, COMPARISONS, conditionOf, isRelative } from "@/features/alerts/wording";
import { explain } from "@/parts/explain";
import { FIELD, metricLabel, METRICS, unitOf } from "@/parts/metrics";
import { fieldsOf } from "./fields";

type Values = Pick<
  Alert,
  "name" | "metric" | "agent_id" | "comparison" | "threshold" | "min_samples" | "hold_minutes"
> & { window_minutes: string };

interface Props {
  /** The one to change; null for a new one. */
  alert: Alert | null;
  onClose: () => void;
}

const SPANS = [
  { value: "15", label: "15 minutes" },
  { value: "60", label: "An hour" },
  { value: "240", label: "4 hours" },
  { value: "1440", label: "A day" },
  { value: "10080", label: "A week" },
];
const UNITS = { percent: "%", minutes: "min", cents: "$", points: "points", count: "", plain: "" };

/** Says which number is watched, and when somebody is told. */
export function AlertDialog({ alert, onClose }: Props) {
  const client = useQueryClient();
  const { data: agents = [] } = useQuery(agentsQuery);
  const form = useForm<Values>({
    initialValues: {
      name: alert?.name ?? "",
      metric: alert?.metric ?? "answered_by_people_percent",
      agent_id: alert?.agent_id ?? null,
      comparison: alert?.comparison ?? "below",
      threshold: alert ? asTyped(alert.metric, alert.comparison, alert.threshold) : 30,
      window_minutes: String(alert?.window_minutes ?? 60),
      min_samples: alert?.min_samples ?? 20,
      hold_minutes: alert?.hold_minutes ?? 5,
    },
    validate: { name: (name) => (name.trim() ? null : "Say what people call it.") },
  });
  const { metric, comparison, agent_id: agentId } = form.values;
  const save = useMutation({
    mutationFn: ({ metric, agent_id, ...rest }: typeof form.values) => {
      const changes = {
        ...rest,
        threshold: asStored(metric, rest.comparison, rest.threshold),
        window_minutes: Number(rest.window_minutes),
      };
      return alert
        ? updateAlert(alert.id, changes)
        : createAlert({ ...changes, metric, agent_id, enabled: true });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: alertsQuery.queryKey });
      onClose();
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  const shown = agents.filter(({ id }) => agentId === null || id === agentId);
  const metrics = [
    { group: "Calls and quality", items: Object.keys(METRICS).map(named) },
    { group: "Record fields", items: fieldsOf(shown).map((field) => named(`${FIELD}${field}`)) },
  ];
  const stored = {
    ...form.values,
    threshold: asStored(metric, comparison, form.values.threshold),
    window_minutes: Number(form.values.window_minutes),
  };
  return (
    <Modal opened onClose={onClose} title={alert ? alert.name : "New alert"} size="lg">
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack>
          {save.error && Object.keys(form.errors).length === 0 && (
            <Notice color="red" variant="light" role="alert">
              {explain(save.error).detail}
            </Notice>
          )}
          <TextInput
            label="Name"
            placeholder="Nobody answers"
            data-autofocus
            {...form.getInputProps("name")}
          />
          <Group grow align="flex-start">
            <Select
              label="What is watched"
              data={metrics}
              allowDeselect={false}
              searchable
              disabled={alert !== null}
              {...form.getInputProps("metric")}
            />
            <Select
              label="In calls of"
              placeholder="All agents"
              data={agents.map(({ id, name }) => ({ value: id, label: name }))}
              clearable
              searchable
              disabled={alert !== null}
              {...form.getInputProps("agent_id")}
            />
          </Group>
          <Group grow align="flex-start">
            <Select
              label="Told when it"
              data={Object.entries(COMPARISONS).map(([value, label]) => ({ value, label }))}
              allowDeselect={false}
              {...form.getInputProps("comparison")}
            />
            <NumberInput
              label={isRelative(comparison) ? "By how many percent" : "Threshold"}
              suffix={suffixOf(metric, comparison)}
              {...form.getInputProps("threshold")}
            />
            <Select
              label="Over the last"
              data={SPANS}
              allowDeselect={false}
              {...form.getInputProps("window_minutes")}
            />
          </Group>
          <Group grow align="flex-start">
            <NumberInput
              label="At least so many calls"
              description="With fewer, nothing is said."
              min={0}
              {...form.getInputProps("min_samples")}
            />
            <NumberInput
              label="For so many minutes"
              description="So long before it is told, and before it is over."
              min={0}
              max={1440}
              {...form.getInputProps("hold_minutes")}
            />
          </Group>
          <Text size="sm" c="dimmed" role="status">
            {conditionOf(stored)}.
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              {alert ? "Save" : "Create alert"}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function named(metric: string) {
  return { value: metric, label: metricLabel(metric) };
}

function suffixOf(metric: string, comparison: Alert["comparison"]): string {
  const unit = isRelative(comparison) ? "%" : UNITS[unitOf(metric)];
  return unit && ` ${unit}`;
}
