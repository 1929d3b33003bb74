import {
  Button,
  Card,
  Group,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from "@mantine/core";
import { IconFlask } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { refusalsOf } from "@/features/record-schema/refusals";
import { SchemaEditor } from "@/features/record-schema/SchemaEditor";
import { Setting } from "@/pages/agents/parts/Setting";
import type { DraftForm } from "@/pages/agents/parts/draftForm";

interface Props {
  form: DraftForm;
  isReadOnly: boolean;
}

/** What is written down of each call: fields by hand, or their JSON Schema. */
export function RecordTab({ form, isReadOnly }: Props) {
  return (
    <Stack>
      <SchemaEditor
        title="Fields of the record"
        description="Each value is backed by a quote from the call. What was not said stays empty."
        schema={form.values.record_schema}
        isReadOnly={isReadOnly}
        refusals={refusalsOf(form.errors)}
        onChange={(schema) => form.setFieldValue("record_schema", schema)}
      />
      {form.values.published_version !== null && (
        <Card>
          <Group justify="space-between">
            <div>
              <Title order={2}>Past calls</Title>
              <Text size="sm" c="dimmed" mt={2}>
                See what the published fields, another version or another model would make of calls
                that have a record. None is replaced before you say so.
              </Text>
            </div>
            <Button
              variant="default"
              leftSection={<IconFlask size={17} aria-hidden />}
              renderRoot={(props) => (
                <Link {...props} to="/backtests" search={{ agent: form.values.id }} />
              )}
            >
              Try on past calls
            </Button>
          </Group>
        </Card>
      )}
      <Card>
        <Setting label="Instructions" description="Extra instructions for extraction.">
          <Textarea
            aria-label="Instructions"
            autosize
            minRows={3}
            readOnly={isReadOnly}
            value={form.values.extraction_instructions ?? ""}
            error={form.errors.extraction_instructions}
            onChange={({ currentTarget: { value } }) =>
              form.setFieldValue("extraction_instructions", value || null)
            }
          />
        </Setting>
        <Setting
          label="Model"
          description="As provider/model; empty: the one chosen in the settings."
        >
          <TextInput
            aria-label="Model that makes the record"
            maw={420}
            placeholder="The one chosen in the settings"
            readOnly={isReadOnly}
            value={form.values.extraction_model ?? ""}
            error={form.errors.extraction_model}
            onChange={({ currentTarget: { value } }) =>
              form.setFieldValue("extraction_model", value || null)
            }
          />
        </Setting>
        <Setting
          label="Proof"
          description="What a value needs beside its quote for the record to be valid."
        >
          <Select
            aria-label="What proves a value"
            maw={420}
            allowDeselect={false}
            readOnly={isReadOnly}
            data={[
              { value: "second_reading", label: "A second reading by a model" },
              { value: "rules", label: "The rules alone; more goes to Review" },
              { value: "person", label: "A person, for every record" },
            ]}
            value={form.values.proof}
            onChange={(value) => value && form.setFieldValue("proof", value)}
          />
        </Setting>
      </Card>
    </Stack>
  );
}
