import {
  Group,
  PasswordInput,
  SegmentedControl,
  Switch,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import type { Draft } from "./draft";

interface Props {
  draft: Draft;
  onChange: (changes: Partial<Draft>) => void;
  wrong: Record<string, string>;
  /** Whether it is there already, with secrets that are not shown. */
  isChange: boolean;
}

/** What each kind of destination needs to know. */
export function KindFields(props: Props) {
  switch (props.draft.kind) {
    case "webhook":
      return <Webhook {...props} />;
    case "email":
      return <Email {...props} />;
    case "airflow":
      return <Airflow {...props} />;
    case "object_store":
      return <Store {...props} />;
  }
}

function Webhook({ draft, onChange, wrong, isChange }: Props) {
  return (
    <>
      <TextInput
        label="Address"
        placeholder="https://crm.example.com/hooks/calls"
        classNames={{ input: "mono" }}
        value={draft.url}
        error={wrong["config.url"]}
        onChange={({ currentTarget: { value } }) => onChange({ url: value })}
      />
      <Textarea
        label="Headers"
        description={
          isChange
            ? "One on each line. Left empty, those it has stay."
            : "Sent along, one on each line. Their values are kept encrypted."
        }
        placeholder="Authorization: Bearer …"
        classNames={{ input: "mono" }}
        autosize
        value={draft.headers}
        error={wrong["config.headers"]}
        onChange={({ currentTarget: { value } }) => onChange({ headers: value })}
      />
    </>
  );
}

function Email({ draft, onChange, wrong }: Props) {
  return (
    <>
      <TextInput
        label="To"
        placeholder="dispatch@example.com"
        value={draft.to}
        error={wrong["config.to"] ?? wrong["config.to.0"] ?? wrong.kind}
        onChange={({ currentTarget: { value } }) => onChange({ to: value })}
      />
      {draft.unsubscribed.length > 0 && (
        <Text size="sm" c="dimmed">
          Get no more mails, as they asked for themselves: {draft.unsubscribed.join(", ")}
        </Text>
      )}
      <Switch
        label="One mail a day, with all that happened"
        checked={draft.daily}
        onChange={({ currentTarget: { checked } }) => onChange({ daily: checked })}
      />
      {draft.daily && (
        <Group grow align="start">
          <TextInput
            label="At"
            type="time"
            value={draft.dailyAt}
            error={wrong["config.daily_at"]}
            onChange={({ currentTarget: { value } }) => onChange({ dailyAt: value })}
          />
          <TextInput
            label="Time zone"
            value={draft.timeZone}
            error={wrong["config.time_zone"]}
            onChange={({ currentTarget: { value } }) => onChange({ timeZone: value })}
          />
        </Group>
      )}
    </>
  );
}

function Airflow({ draft, onChange, wrong, isChange }: Props) {
  return (
    <>
      <TextInput
        label="Address of Airflow"
        placeholder="https://airflow.example.com"
        classNames={{ input: "mono" }}
        value={draft.url}
        error={wrong["config.url"]}
        onChange={({ currentTarget: { value } }) => onChange({ url: value })}
      />
      <Group grow align="start">
        <TextInput
          label="DAG"
          placeholder="on_call_result"
          classNames={{ input: "mono" }}
          value={draft.dagId}
          error={wrong["config.dag_id"]}
          onChange={({ currentTarget: { value } }) => onChange({ dagId: value })}
        />
        <div>
          <SegmentedControl
            aria-label="Release of Airflow"
            mt={26}
            data={[
              { value: "3", label: "Airflow 3" },
              { value: "2", label: "Airflow 2" },
            ]}
            value={draft.version}
            onChange={(value) => onChange({ version: value === "2" ? "2" : "3" })}
          />
        </div>
      </Group>
      <Group grow align="start">
        <TextInput
          label="User"
          autoComplete="off"
          value={draft.username}
          error={wrong["config.username"]}
          onChange={({ currentTarget: { value } }) => onChange({ username: value })}
        />
        <PasswordInput
          label="Password"
          placeholder={isChange ? "Stays as it is" : ""}
          autoComplete="new-password"
          value={draft.password}
          error={wrong["config.password"]}
          onChange={({ currentTarget: { value } }) => onChange({ password: value })}
        />
      </Group>
      <PasswordInput
        label="Token"
        description="Instead of user and password."
        placeholder={isChange ? "Stays as it is" : ""}
        autoComplete="off"
        value={draft.token}
        error={wrong["config.token"]}
        onChange={({ currentTarget: { value } }) => onChange({ token: value })}
      />
    </>
  );
}

const FORMATS = [
  { value: "ndjson", label: "NDJSON" },
  { value: "parquet", label: "Parquet" },
];

function Store({ draft, onChange, isChange }: Props) {
  if (isChange) {
    const format = FORMATS.find(({ value }) => value === draft.format)?.label;
    return <Text size="sm">Written as {format}, which stays: no event is in two files.</Text>;
  }
  return (
    <SegmentedControl
      aria-label="Format"
      data={FORMATS}
      value={draft.format}
      onChange={(value) => onChange({ format: value === "parquet" ? "parquet" : "ndjson" })}
    />
  );
}
