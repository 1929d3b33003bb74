import {
  Alert,
  Button,
  Checkbox,
  Group,
  Modal,
  MultiSelect,
  NumberInput,
  Select,
  Stack,
  Switch,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { agentsQuery } from "@/api/agents";
import type { Purpose } from "@/api/compliance";
import { createHook, type Hook, type HookSettings, hooksQuery, updateHook } from "@/api/hooks";
import { fieldErrors } from "@/api/problem";
import { PURPOSE_CHOICES } from "@/features/compliance/purposes";
import { explain } from "@/parts/explain";
import { keepChoices } from "./hookWords";
import { SecretDialog } from "./SecretDialog";

interface Props {
  /** The one to change; null for a new one. */
  hook: Hook | null;
  onClose: () => void;
}

const CHOICES = [
  { value: "closed", label: "Nobody is dialed" },
  { value: "open", label: "They are dialed all the same" },
];

/** Says who is asked, before which calls, and what no answer means. */
export function HookDialog({ hook, onClose }: Props) {
  const client = useQueryClient();
  const [secret, setSecret] = useState<string | null>(null);
  const form = useForm({ initialValues: valuesOf(hook) });
  const save = useMutation({
    mutationFn: async (values: typeof form.values) => {
      const wanted = settingsOf(values);
      if (hook) await updateHook(hook.id, wanted);
      else setSecret((await createHook(wanted)).secret);
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: hooksQuery.queryKey });
      if (hook) onClose();
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  if (secret) return <SecretDialog secret={secret} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title={hook ? hook.name : "New look-up"} size="lg">
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack>
          {save.error && Object.keys(form.errors).length === 0 && (
            <Alert color="red" variant="light" role="alert">
              {explain(save.error).detail}
            </Alert>
          )}
          <Fields form={form} isNew={hook === null} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              {hook ? "Save" : "Create look-up"}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

type Values = ReturnType<typeof valuesOf>;

function Fields({ form, isNew }: { form: ReturnType<typeof useForm<Values>>; isNew: boolean }) {
  const { data: agents = [] } = useQuery(agentsQuery);
  return (
    <>
      <TextInput
        label="Name"
        placeholder="Do-not-call list"
        required
        data-autofocus
        {...form.getInputProps("name")}
      />
      <TextInput
        label="Address"
        description={
          isNew ? "Where questions are posted." : "Another one is asked about everybody anew."
        }
        placeholder="https://lookup.example.com/dial"
        required
        {...form.getInputProps("url")}
      />
      <Checkbox.Group label="Asked before" {...form.getInputProps("purposes")}>
        <Stack gap={6} mt={6}>
          {PURPOSE_CHOICES.map(({ value, label }) => (
            <Checkbox key={value} value={value} label={label} />
          ))}
        </Stack>
      </Checkbox.Group>
      <MultiSelect
        label="In calls of"
        placeholder={form.values.agent_ids.length === 0 ? "All agents" : ""}
        data={agents.map(({ id, name }) => ({ value: id, label: name }))}
        clearable
        searchable
        {...form.getInputProps("agent_ids")}
      />
      <Group grow align="flex-start">
        <NumberInput
          label="Time to answer, in ms"
          min={100}
          max={10_000}
          step={100}
          {...form.getInputProps("timeout_ms")}
        />
        <Select
          label="An answer holds for"
          data={keepChoices(Number(form.values.keep_seconds))}
          allowDeselect={false}
          {...form.getInputProps("keep_seconds")}
        />
      </Group>
      <Select
        label="Without an answer"
        data={CHOICES}
        allowDeselect={false}
        {...form.getInputProps("on_failure")}
      />
      {form.values.on_failure === "open" && (
        <Textarea
          label="Why they may be"
          description="It is kept, also with each call that passes."
          required
          maxLength={1000}
          {...form.getInputProps("open_reason")}
        />
      )}
      <Switch label="It is asked" {...form.getInputProps("enabled", { type: "checkbox" })} />
    </>
  );
}

function valuesOf(hook: Hook | null) {
  return {
    name: hook?.name ?? "",
    url: hook?.url ?? "",
    purposes: (hook?.purposes ?? ["marketing"]) as Purpose[],
    agent_ids: hook?.agent_ids ?? [],
    timeout_ms: hook?.timeout_ms ?? 2000,
    keep_seconds: String(hook?.keep_seconds ?? 86_400),
    on_failure: hook?.on_failure ?? ("closed" as const),
    open_reason: hook?.open_reason ?? "",
    enabled: hook?.enabled ?? true,
  };
}

function settingsOf({ agent_ids, keep_seconds, open_reason, ...values }: Values): HookSettings {
  return {
    ...values,
    agent_ids: agent_ids.length > 0 ? agent_ids : null,
    keep_seconds: Number(keep_seconds),
    open_reason: open_reason.trim() || null,
  };
}
