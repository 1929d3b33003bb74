import {
  Alert,
  Anchor,
  Autocomplete,
  Card,
  MultiSelect,
  NumberInput,
  Select,
  TextInput,
} from "@mantine/core";
import { zonesWith } from "@/parts/zones";
import { LANGUAGES, languageLabel, MODELS } from "./choices";
import { undeclaredIn } from "@/pages/agents/parts/placeholders";
import { PromptInput } from "@/pages/agents/parts/PromptInput";
import { Setting } from "@/pages/agents/parts/Setting";
import type { DraftForm } from "@/pages/agents/parts/draftForm";

interface Props {
  form: DraftForm;
  isReadOnly: boolean;
  onDeclare: (names: string[]) => void;
}

/** What is said: the prompt, the first words, the language. */
export function ConversationTab({ form, isReadOnly, onDeclare }: Props) {
  const { values } = form;
  const names = values.variables.map(({ name }) => name).filter(Boolean);
  const undeclared = undeclaredIn([values.prompt, values.begin_message ?? ""], new Set(names));
  const languages = [values.language].flat();
  return (
    <Card>
      <Setting label="Name" description="What people here call it.">
        <TextInput
          aria-label="Name"
          maw={420}
          readOnly={isReadOnly}
          {...form.getInputProps("name")}
        />
      </Setting>
      <Setting
        label="Prompt"
        description="Who it is, what it wants, how it talks, and what to do when things go differently."
      >
        <PromptInput
          label="Prompt"
          minRows={14}
          value={values.prompt}
          variables={names}
          isReadOnly={isReadOnly}
          error={form.errors.prompt}
          onChange={(prompt) => form.setFieldValue("prompt", prompt)}
        />
        {undeclared.length > 0 && (
          <Alert color="orange" variant="light" mt="sm" p="sm">
            Nobody has declared {undeclared.map((name) => `{{${name}}}`).join(", ")}: a call would
            read it out as it is written.{" "}
            {!isReadOnly && (
              <Anchor
                component="button"
                type="button"
                inherit
                onClick={() => onDeclare(undeclared)}
              >
                Declare {undeclared.length === 1 ? "it" : "them"}
              </Anchor>
            )}
          </Alert>
        )}
      </Setting>
      <Setting
        label="Greeting"
        description="Empty: the person called speaks first. Left to the model: made up from the prompt."
      >
        <Select
          aria-label="Who begins"
          mb="sm"
          maw={420}
          readOnly={isReadOnly}
          allowDeselect={false}
          data={[
            { value: "text", label: "Say these words" },
            { value: "model", label: "Let the model begin" },
            { value: "callee", label: "Wait for the other side" },
          ]}
          value={beginning(values.begin_message)}
          onChange={(way) =>
            form.setFieldValue(
              "begin_message",
              way === "model" ? null : way === "callee" ? "" : "Hello,",
            )
          }
        />
        {beginning(values.begin_message) === "text" && (
          <PromptInput
            label="Greeting"
            value={values.begin_message ?? ""}
            variables={names}
            isReadOnly={isReadOnly}
            error={form.errors.begin_message}
            onChange={(text) => form.setFieldValue("begin_message", text)}
          />
        )}
      </Setting>
      <Setting label="Language" description="Several: the agent follows the person it talks to.">
        <MultiSelect
          aria-label="Language"
          searchable
          maw={420}
          readOnly={isReadOnly}
          data={[...new Set([...LANGUAGES, ...languages])].map((value) => ({
            value,
            label: languageLabel(value),
          }))}
          value={languages}
          error={form.errors.language}
          onChange={(chosen) => {
            const [first] = chosen;
            if (first) form.setFieldValue("language", chosen.length === 1 ? first : chosen);
          }}
        />
      </Setting>
      <Setting label="Time zone" description="What “tomorrow at eight” means.">
        <Select
          aria-label="Time zone"
          searchable
          maw={420}
          readOnly={isReadOnly}
          allowDeselect={false}
          data={zonesWith(values.time_zone)}
          {...form.getInputProps("time_zone")}
        />
      </Setting>
      <Setting label="Model" description="Retell's language model for the conversation.">
        <Autocomplete
          aria-label="Model"
          placeholder="Retell's own choice"
          maw={420}
          readOnly={isReadOnly}
          data={MODELS}
          value={values.model ?? ""}
          error={form.errors.model}
          onChange={(model) => form.setFieldValue("model", model || null)}
        />
      </Setting>
      <Setting label="Pause before the first words" description="Milliseconds, up to 5,000.">
        <NumberInput
          aria-label="Pause before the first words, in milliseconds"
          maw={180}
          min={0}
          max={5000}
          step={100}
          suffix=" ms"
          readOnly={isReadOnly}
          {...form.getInputProps("begin_message_delay_ms")}
        />
      </Setting>
    </Card>
  );
}

function beginning(message: string | null): "text" | "model" | "callee" {
  if (message === null) return "model";
  return message === "" ? "callee" : "text";
}
