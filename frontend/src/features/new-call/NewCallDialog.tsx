import {
  Alert,
  Button,
  Flex,
  Group,
  Loader,
  Modal,
  Select,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm, type UseFormReturnType } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { IconRobot } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import type { CountryCode } from "libphonenumber-js/min";
import { useMemo, useState } from "react";
import { type Agent, agentsQuery } from "@/api/agents";
import { callKeys, placeCall } from "@/api/calls";
import { dialQueueQuery } from "@/api/inbox";
import { fieldErrors } from "@/api/problem";
import { explain } from "@/parts/explain";
import { EmptyState } from "@/parts/EmptyState";
import { ErrorState } from "@/parts/ErrorState";
import { formatPhone } from "@/parts/phone";
import { WayOn } from "@/parts/WayOn";
import { humanise } from "@/parts/words";
import { peopleFor } from "./demoPeople";
import classes from "./NewCall.module.css";
import { countryOptions, homeCountry, readNumber, whileTyping } from "./countries";

interface DialogProps {
  /** Chosen when it opens; by default the agent added last. */
  agentId?: string | undefined;
  onClose: () => void;
}

/** Places a call: with which agent, to which number, with which variables, and when. */
export default function NewCallDialog({ agentId, onClose }: DialogProps) {
  const agents = useQuery(agentsQuery);
  const callable = agents.data?.filter(
    (agent) => agent.published_version !== null && agent.archived_at === null,
  );
  return (
    <Modal opened onClose={onClose} title="New call" size="lg">
      {agents.isError && <ErrorState error={agents.error} />}
      {agents.isPending && <Loader aria-label="Loading agents" />}
      {callable &&
        (callable.length > 0 ? (
          <NewCallForm agents={callable} first={agentId} onClose={onClose} />
        ) : (
          <NobodyToCall />
        ))}
    </Modal>
  );
}

function NobodyToCall() {
  return (
    <EmptyState
      icon={IconRobot}
      title="No agent is published yet"
      action={
        <Button renderRoot={(props) => <Link {...props} to="/agents" />}>Go to the agents</Button>
      }
    >
      Make one from a preset or open a draft, and publish it; then it can call.
    </EmptyState>
  );
}

interface Values {
  agentId: string;
  country: CountryCode;
  number: string;
  variables: Record<string, string>;
  when: string;
}

interface FormProps {
  agents: Agent[];
  first: string | undefined;
  onClose: () => void;
}

function NewCallForm({ agents, first, onClose }: FormProps) {
  const navigate = useNavigate();
  const client = useQueryClient();
  // One key for the dialog: a request sent twice, or again after a lost answer, is one call.
  const [key] = useState(() => crypto.randomUUID());
  const find = (id: string) => agents.find((agent) => agent.id === id);
  const form = useForm<Values>({
    initialValues: {
      agentId: (agents.find(({ id }) => id === first) ?? agents[0])?.id ?? "",
      country: homeCountry(),
      number: "",
      variables: {},
      when: "",
    },
    validate: (values) => problemsOf(values, find(values.agentId)),
  });
  const focusFirst = (errors: Record<string, unknown>) => {
    const places = ["agentId", "number", ...Object.keys(errors), "when"];
    const wrong = places.find((place) => errors[place]);
    if (wrong) form.getInputNode(wrong)?.focus();
  };
  const queue = useQuery(dialQueueQuery);
  const agent = find(form.values.agentId);
  const place = useMutation({
    mutationFn: (values: Values) => placeCall(asRequest(values, find(values.agentId)), key),
    onSuccess: async (call) => {
      void client.invalidateQueries({ queryKey: callKeys.lists });
      onClose();
      await navigate({ to: "/calls/$callId", params: { callId: call.id } });
    },
    onError: (error) => {
      const refused = fieldErrors(error);
      const errors = { number: refused.to_number, when: refused.scheduled_at, ...refused };
      form.setErrors(errors);
      focusFirst(errors);
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => place.mutate(values), focusFirst)} noValidate>
      <Stack gap="md">
        <Select
          label="Agent"
          data={agents.map(({ id, name }) => ({ value: id, label: name }))}
          allowDeselect={false}
          searchable
          {...form.getInputProps("agentId")}
        />
        <NumberInputs form={form} />
        {queue.data?.is_simulated && agent && <DemoPeople agent={agent} form={form} />}
        {agent && agent.variables.length > 0 && <VariableInputs agent={agent} form={form} />}
        <TextInput
          type="datetime-local"
          label="When"
          description="Your time zone. Leave empty to call as soon as a line is free."
          {...form.getInputProps("when")}
        />
        <div className={classes.foot}>
          {place.error && (
            <Alert
              color="red"
              variant="light"
              role="alert"
              mb="sm"
              title={explain(place.error).title}
            >
              {explain(place.error).detail} <WayOn error={place.error} />
            </Alert>
          )}
          {Object.keys(form.errors).length > 0 && !place.error && (
            <Text size="sm" c="red" role="alert" mb="sm">
              Some fields need attention.
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={place.isPending}>
              {form.values.when ? "Schedule call" : "Call now"}
            </Button>
          </Group>
        </div>
      </Stack>
    </form>
  );
}

type CallForm = Pick<
  UseFormReturnType<Values>,
  "values" | "errors" | "getInputProps" | "setFieldValue"
>;

function NumberInputs({ form }: { form: CallForm }) {
  const countries = useMemo(() => countryOptions(), []);
  const { country } = form.values;
  return (
    <Flex direction={{ base: "column", xs: "row" }} align={{ xs: "flex-start" }} gap="sm">
      <Select
        label="Country"
        data={countries}
        searchable
        allowDeselect={false}
        w={{ xs: 200 }}
        {...form.getInputProps("country")}
      />
      <TextInput
        label="Number"
        type="tel"
        inputMode="tel"
        autoComplete="off"
        withAsterisk
        flex={{ xs: 1 }}
        data-autofocus
        {...form.getInputProps("number")}
        onChange={(event) => {
          const text = event.currentTarget.value;
          // While deleting, formatting would put back what was just removed.
          const isLonger = text.length > form.values.number.length;
          form.setFieldValue("number", isLonger ? whileTyping(text, country) : text);
        }}
      />
    </Flex>
  );
}

/** In the demo nobody's phone rings: who answers is chosen by the number. */
function DemoPeople({ agent, form }: { agent: Agent; form: CallForm }) {
  const choose = (number: string) => {
    form.setFieldValue("country", "US");
    form.setFieldValue("number", formatPhone(number));
    for (const { name, example, default: preset } of agent.variables)
      if (example && preset === null && !form.values.variables[name])
        form.setFieldValue(`variables.${name}`, example);
  };
  return (
    <div role="group" aria-label="People of the demo">
      <Text size="sm" c="dimmed" mb={6}>
        Demo: no real phone rings. Pick who answers, and the details are filled in.
      </Text>
      <Group gap="xs">
        {peopleFor(agent.name).map(({ number, who }) => (
          <Button key={number} size="xs" variant="default" onClick={() => choose(number)}>
            {who} · {formatPhone(number)}
          </Button>
        ))}
      </Group>
    </div>
  );
}

function VariableInputs({ agent, form }: { agent: Agent; form: CallForm }) {
  return (
    <Stack gap="sm" component="fieldset" p={0} m={0} style={{ border: 0 }}>
      <Text component="legend" fw={600} size="sm" p={0} mb="xs">
        Details for the agent
      </Text>
      {agent.variables.map(({ name, description, required, example, default: preset }) => (
        <TextInput
          key={name}
          label={humanise(name)}
          description={description || undefined}
          withAsterisk={required && preset === null}
          placeholder={preset ?? (example ? `e.g. ${example}` : undefined)}
          {...form.getInputProps(`variables.${name}`)}
          value={form.values.variables[name] ?? ""}
        />
      ))}
      {form.errors.variables && (
        <Text size="sm" c="red" role="alert">
          {form.errors.variables}
        </Text>
      )}
    </Stack>
  );
}

/** What is wrong, by the place of the form where it is. */
function problemsOf({ number, country, variables, when }: Values, agent: Agent | undefined) {
  const read = readNumber(number, country);
  const missing = (agent?.variables ?? []).filter(
    ({ name, required, default: preset }) =>
      required && preset === null && !variables[name]?.trim(),
  );
  return {
    ...("error" in read && { number: read.error }),
    ...Object.fromEntries(
      missing.map(({ name }) => [`variables.${name}`, `Enter a value for ${humanise(name)}.`]),
    ),
    ...(when && new Date(when) < new Date() && { when: "Choose a time in the future." }),
  };
}

function asRequest(values: Values, agent: Agent | undefined) {
  const read = readNumber(values.number, values.country);
  const declared = new Set(agent?.variables.map(({ name }) => name));
  const variables = Object.fromEntries(
    Object.entries(values.variables).filter(([name, value]) => declared.has(name) && value.trim()),
  );
  return {
    agent_id: values.agentId,
    to_number: "number" in read ? read.number : values.number,
    variables,
    metadata: {},
    scheduled_at: values.when ? new Date(values.when).toISOString() : null,
  };
}
