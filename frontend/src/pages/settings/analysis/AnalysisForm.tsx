import {
  Alert,
  Button,
  Card,
  Group,
  MultiSelect,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
  Title,
} from "@mantine/core";
import { useForm, type UseFormReturnType } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { agentsQuery } from "@/api/agents";
import {
  analysisKeys,
  type AnalysisSettings,
  readAnalysisPreset,
  updateAnalysisSettings,
} from "@/api/analysis";
import { fieldErrors } from "@/api/problem";
import { refusalsOf } from "@/features/record-schema/refusals";
import { SchemaEditor } from "@/features/record-schema/SchemaEditor";
import { useIsAdmin } from "@/features/session/useUser";
import { explain } from "@/parts/explain";
import { zonesWith } from "@/parts/zones";
import { changesOf, type Values, valuesOf } from "./form";

/** Whether, which calls, for how much, and what they are asked. */
export function AnalysisForm({ stored }: { stored: AnalysisSettings }) {
  const client = useQueryClient();
  const isAdmin = useIsAdmin();
  const form = useForm<Values>({
    initialValues: valuesOf(stored),
    validate: {
      budget: (budget) => (Number(budget) > 0 ? null : "Enter how much may be spent on a day."),
      share_percent: (share) => (Number(share) >= 1 ? null : "Enter a share from 1 to 100."),
      record_schema: (schema) => (schema ? null : "Ask for one field at least."),
    },
  });
  const save = useMutation({
    mutationFn: (values: Values) => updateAnalysisSettings(changesOf(values, stored)),
    onSuccess: (settings) => {
      form.setInitialValues(valuesOf(settings));
      form.setValues(valuesOf(settings));
      notifications.show({ message: "Saved. It holds for calls that end from now on." });
      return client.invalidateQueries({ queryKey: analysisKeys.all });
    },
    onError: (error) => {
      const { daily_budget_cents: budget, ...others } = fieldErrors(error);
      form.setErrors(budget ? { ...others, budget } : others);
    },
  });
  const preset = useMutation({
    mutationFn: readAnalysisPreset,
    onSuccess: ({ record_schema, instructions }) => form.setValues({ record_schema, instructions }),
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
      <Stack>
        <Card component="section" aria-label="Call analysis">
          <Title order={2}>Call analysis</Title>
          <Text size="sm" c="dimmed" mt={2} mb="md">
            Asks a model about every call, beside its agent’s record: sentiment, pain points,
            objections, next steps, each with its quote. Each call costs money.
          </Text>
          <Stack>
            <WholeRefusal error={save.error} isShown={Object.keys(form.errors).length === 0} />
            {stored.unpriced_models.length > 0 && (
              <Alert color="orange" variant="light">
                Without a price for {stored.unpriced_models.join(" and ")} in LLM_PRICES no budget
                could stop it, so it cannot be switched on.
              </Alert>
            )}
            <Switch
              label="Analyze calls"
              disabled={!isAdmin}
              {...form.getInputProps("enabled", { type: "checkbox" })}
            />
            <Choices form={form} stored={stored} isReadOnly={!isAdmin} />
          </Stack>
        </Card>
        <SchemaEditor
          title="What every call is asked"
          description="A change holds for calls from then on; analyses that are made stay as they are."
          schema={form.values.record_schema}
          isReadOnly={!isAdmin}
          refusals={refusalsOf(form.errors)}
          onChange={(schema) => form.setFieldValue("record_schema", schema)}
        >
          <Textarea
            mt="md"
            label="Instructions"
            description="What to mind in doing so."
            autosize
            minRows={3}
            readOnly={!isAdmin}
            {...form.getInputProps("instructions")}
          />
        </SchemaEditor>
        {isAdmin && (
          <Group justify="space-between">
            <Button variant="default" loading={preset.isPending} onClick={() => preset.mutate()}>
              Back to Ringback’s own questions
            </Button>
            <Button type="submit" disabled={!form.isDirty()} loading={save.isPending}>
              Save
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}

function WholeRefusal({ error, isShown }: { error: Error | null; isShown: boolean }) {
  if (!error || !isShown) return null;
  return (
    <Alert color="red" variant="light" role="alert" title={explain(error).title}>
      {explain(error).detail}
    </Alert>
  );
}

interface ChoicesProps {
  form: Pick<UseFormReturnType<Values>, "getInputProps">;
  stored: AnalysisSettings;
  isReadOnly: boolean;
}

function Choices({ form, stored, isReadOnly }: ChoicesProps) {
  const { data: agents = [] } = useQuery(agentsQuery);
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <NumberInput
        label="Budget for a day"
        description="Then it stops, and tells."
        prefix="$"
        min={0}
        decimalScale={4}
        readOnly={isReadOnly}
        {...form.getInputProps("budget")}
      />
      <Select
        label="Time zone"
        description="Whose calendar tells the days."
        data={zonesWith(stored.time_zone)}
        searchable
        allowDeselect={false}
        readOnly={isReadOnly}
        {...form.getInputProps("time_zone")}
      />
      <NumberInput
        label="Share of calls"
        description="Drawn by lot; always the same ones."
        suffix=" %"
        min={1}
        max={100}
        allowDecimal={false}
        readOnly={isReadOnly}
        {...form.getInputProps("share_percent")}
      />
      <MultiSelect
        label="Agents"
        description="None chosen: the calls of all."
        data={agents.map(({ id, name }) => ({ value: id, label: name }))}
        searchable
        readOnly={isReadOnly}
        {...form.getInputProps("agent_ids")}
      />
      <TextInput
        label="Model"
        description="As provider/model; empty: the organization’s own."
        placeholder={stored.asked_model}
        readOnly={isReadOnly}
        {...form.getInputProps("model")}
      />
      <Select
        label="Proof"
        description="What a value needs beside its quote."
        allowDeselect={false}
        readOnly={isReadOnly}
        data={[
          { value: "second_reading", label: "A second reading by a model" },
          { value: "rules", label: "The rules alone; about half the cost" },
        ]}
        {...form.getInputProps("proof")}
      />
    </SimpleGrid>
  );
}
