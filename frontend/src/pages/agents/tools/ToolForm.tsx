import { Checkbox, Group, NumberInput, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { JsonField } from "@/parts/JsonField";
import type { Tool } from "./tools";
import type { DraftForm } from "@/pages/agents/parts/draftForm";

interface Props {
  form: DraftForm;
  index: number;
  isReadOnly: boolean;
}

/** The inputs of one tool; which there are depends on what it does. */
export function ToolForm({ form, index, isReadOnly }: Props) {
  const tool = form.values.tools[index];
  if (!tool) return null;
  const at = (name: string) => ({ readOnly: isReadOnly, ...form.getInputProps(path(name)) });
  const path = (name: string) => `tools.${index}.${name}`;
  return (
    <Stack gap="sm">
      {tool.type !== "other" && (
        <>
          <TextInput
            label="Name"
            description="What the language model calls it."
            maw={420}
            classNames={{ input: "mono" }}
            {...at("name")}
          />
          <Textarea
            label="When to use it"
            description="The model decides by this."
            autosize
            minRows={2}
            {...at("description")}
          />
        </>
      )}
      <Particulars form={form} tool={tool} at={at} path={path} isReadOnly={isReadOnly} />
    </Stack>
  );
}

interface ParticularProps {
  form: DraftForm;
  tool: Tool;
  at: (name: string) => object;
  path: (name: string) => string;
  isReadOnly: boolean;
}

function Particulars({ form, tool, at, path, isReadOnly }: ParticularProps) {
  const json = (name: string, label: string, value: unknown) => (
    <JsonField
      label={label}
      value={value}
      isReadOnly={isReadOnly}
      error={form.errors[path(name)]}
      onChange={(read) => form.setFieldValue(path(name), read)}
    />
  );
  switch (tool.type) {
    case "end_call":
      return null;
    case "press_digit":
      return (
        <NumberInput
          label="Pause before pressing"
          description="Menus speak slowly."
          maw={200}
          min={0}
          max={5000}
          step={100}
          suffix=" ms"
          {...at("delay_ms")}
        />
      );
    case "transfer_call":
      return (
        <>
          <Group grow align="flex-start">
            <TextInput
              label="To"
              description="A number e.g. +14155550123, or a {{variable}}."
              {...at("number")}
            />
            <TextInput
              label="Extension"
              description="Accept keypad input once connected."
              readOnly={isReadOnly}
              value={tool.extension ?? ""}
              error={form.errors[path("extension")]}
              onChange={({ currentTarget: { value } }) =>
                form.setFieldValue(path("extension"), value || null)
              }
            />
          </Group>
          <Select
            label="How"
            maw={420}
            allowDeselect={false}
            data={[
              { value: "cold_transfer", label: "Cold: the agent leaves at once" },
              { value: "warm_transfer", label: "Warm: it waits until a person answers" },
            ]}
            {...at("mode")}
          />
          <Checkbox
            label="Show the caller's number to the person called"
            disabled={isReadOnly}
            {...form.getInputProps(path("show_transferee_as_caller"), { type: "checkbox" })}
          />
        </>
      );
    case "custom":
      return (
        <>
          <Group align="flex-start">
            <Select
              label="Method"
              w={120}
              allowDeselect={false}
              data={["GET", "POST", "PUT", "PATCH", "DELETE"]}
              {...at("method")}
            />
            <TextInput
              label="Address"
              style={{ flex: 1 }}
              placeholder="https://"
              description="Retell signs each request."
              inputWrapperOrder={["label", "input", "description", "error"]}
              {...at("url")}
            />
          </Group>
          {json("parameters", "Arguments, as JSON Schema", tool.parameters)}
          {json("headers", "Headers; everybody who may read the agent reads them", tool.headers)}
          <Group>
            <Checkbox
              label="Say “One moment” meanwhile"
              disabled={isReadOnly}
              {...form.getInputProps(path("speak_during_execution"), { type: "checkbox" })}
            />
            <Checkbox
              label="Speak as soon as the answer is there"
              disabled={isReadOnly}
              {...form.getInputProps(path("speak_after_execution"), { type: "checkbox" })}
            />
          </Group>
        </>
      );
    case "other":
      return json("definition", "As Retell's API takes it", tool.definition);
  }
}
