import {
  ActionIcon,
  Card,
  Group,
  NumberInput,
  Select,
  Slider,
  Stack,
  Switch,
  Text,
  Tooltip,
} from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { voicesQuery } from "@/api/drafts";
import { AMBIENCES } from "@/pages/agents/conversation/choices";
import { PromptInput } from "@/pages/agents/parts/PromptInput";
import { Setting } from "@/pages/agents/parts/Setting";
import type { DraftForm, DraftValues } from "@/pages/agents/parts/draftForm";

interface Props {
  form: DraftForm;
  isReadOnly: boolean;
}

/** How it sounds, and when it speaks, waits and gives up. */
export function VoiceTab(props: Props) {
  return (
    <Stack>
      <Sound {...props} />
      <Turns {...props} />
      <Limits {...props} />
    </Stack>
  );
}

function Sound({ form, isReadOnly }: Props) {
  const { values } = form;
  return (
    <Card>
      <Setting label="Voice">
        <VoicePicker form={form} isReadOnly={isReadOnly} />
      </Setting>
      <Scale form={form} isReadOnly={isReadOnly} name="voice_speed" label="Speed" range={[0.5, 2]}>
        Times the usual speed.
      </Scale>
      <Scale
        form={form}
        isReadOnly={isReadOnly}
        name="voice_temperature"
        label="Expressiveness"
        range={[0, 2]}
      >
        How much the voice varies: 0 is the same each time. Some voices only.
      </Scale>
      <Scale form={form} isReadOnly={isReadOnly} name="volume" label="Volume" range={[0, 2]}>
        Times the usual loudness.
      </Scale>
      <Setting label="Background" description="Sound behind the voice.">
        <Select
          aria-label="Background"
          maw={320}
          clearable
          placeholder="Silence"
          readOnly={isReadOnly}
          data={AMBIENCES}
          {...form.getInputProps("ambient_sound")}
        />
      </Setting>
      {values.ambient_sound && (
        <Scale
          form={form}
          isReadOnly={isReadOnly}
          name="ambient_sound_volume"
          label="Background loudness"
          range={[0, 2]}
        />
      )}
    </Card>
  );
}

function Turns({ form, isReadOnly }: Props) {
  return (
    <Card>
      <Scale
        form={form}
        isReadOnly={isReadOnly}
        name="responsiveness"
        label="Responsiveness"
        range={[0, 1]}
      >
        How soon it answers: 0 leaves time to think, 1 answers at once.
      </Scale>
      <Scale
        form={form}
        isReadOnly={isReadOnly}
        name="interruption_sensitivity"
        label="Interruptions"
        range={[0, 1]}
      >
        How easily it lets itself be interrupted: 0 is never.
      </Scale>
      <Setting label="Backchannel" description="“Uh-huh” and the like while the other side talks.">
        <Switch
          label="Make them"
          disabled={isReadOnly}
          {...form.getInputProps("enable_backchannel", { type: "checkbox" })}
        />
      </Setting>
      {form.values.enable_backchannel && (
        <Scale
          form={form}
          isReadOnly={isReadOnly}
          name="backchannel_frequency"
          label="How often"
          range={[0, 1]}
        />
      )}
      <Setting
        label="Reminder after silence"
        description="When to ask whether they are still there."
      >
        <Group>
          <Seconds form={form} isReadOnly={isReadOnly} name="reminder_trigger_ms" label="After" />
          <NumberInput
            label="At most"
            w={140}
            min={0}
            suffix=" times"
            readOnly={isReadOnly}
            {...form.getInputProps("reminder_max_count")}
          />
        </Group>
      </Setting>
    </Card>
  );
}

function Limits({ form, isReadOnly }: Props) {
  return (
    <Card>
      <Setting label="When to end a call">
        <Group>
          <Seconds
            form={form}
            isReadOnly={isReadOnly}
            name="ring_duration_ms"
            label="Nobody answers for"
          />
          <Seconds
            form={form}
            isReadOnly={isReadOnly}
            name="end_call_after_silence_ms"
            label="Nobody speaks for"
          />
          <Seconds
            form={form}
            isReadOnly={isReadOnly}
            name="max_call_duration_ms"
            label="At the latest after"
          />
        </Group>
      </Setting>
      <Voicemail form={form} isReadOnly={isReadOnly} />
    </Card>
  );
}

function VoicePicker({ form, isReadOnly }: Props) {
  const voices = useQuery(voicesQuery);
  const { voice_id: chosen } = form.values;
  const found = voices.data?.find(({ voice_id }) => voice_id === chosen);
  const data = (voices.data ?? []).map((voice) => ({
    value: voice.voice_id,
    label: [voice.name ?? voice.voice_id, voice.gender, voice.accent, voice.provider]
      .filter(Boolean)
      .join(" · "),
  }));
  if (!data.some(({ value }) => value === chosen)) data.unshift({ value: chosen, label: chosen });
  return (
    <Group gap="xs" align="flex-start">
      <Select
        aria-label="Voice"
        searchable
        allowDeselect={false}
        readOnly={isReadOnly}
        w={420}
        maw="100%"
        data={data}
        nothingFoundMessage="No such voice"
        description={voices.error ? "Retell's list of voices cannot be read right now." : undefined}
        inputWrapperOrder={["label", "input", "description", "error"]}
        {...form.getInputProps("voice_id")}
      />
      {found?.preview_url && (
        <Tooltip label="Listen">
          <ActionIcon
            size={36}
            variant="default"
            aria-label={`Listen to ${found.name ?? chosen}`}
            onClick={() => void new Audio(found.preview_url ?? "").play()}
          >
            <IconPlayerPlay size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
    </Group>
  );
}

type Numeric = {
  [Name in keyof DraftValues]: DraftValues[Name] extends number ? Name : never;
}[keyof DraftValues];

interface ScaleProps extends Props {
  name: Numeric;
  label: string;
  range: [number, number];
  children?: string;
}

function Scale({ form, isReadOnly, name, label, range: [min, max], children }: ScaleProps) {
  const value = form.values[name];
  return (
    <Setting label={label} description={children}>
      <Group gap="md" maw={420} wrap="nowrap">
        <Slider
          style={{ flex: 1 }}
          thumbLabel={label}
          min={min}
          max={max}
          step={0.05}
          label={null}
          disabled={isReadOnly}
          value={value}
          onChange={(next) => form.setFieldValue(name, Math.round(next * 100) / 100)}
        />
        <Text size="sm" w={40} ta="right" className="figures">
          {value}
        </Text>
      </Group>
    </Setting>
  );
}

function Seconds({ form, isReadOnly, name, label }: Props & { name: Numeric; label: string }) {
  return (
    <NumberInput
      label={label}
      w={170}
      min={0}
      suffix=" s"
      readOnly={isReadOnly}
      value={form.values[name] / 1000}
      error={form.errors[name]}
      onChange={(seconds) => form.setFieldValue(name, Math.round(Number(seconds) * 1000))}
    />
  );
}

const WAYS = [
  { value: "none", label: "Treat it as a person" },
  { value: "hangup", label: "Hang up" },
  { value: "static_text", label: "Leave this message" },
  { value: "prompt", label: "Leave a message made up from a prompt" },
];

function Voicemail({ form, isReadOnly }: Props) {
  const option = form.values.voicemail_option;
  const way = option?.action.type ?? "none";
  const text = option && "text" in option.action ? option.action.text : "";
  const set = (type: string | null, words: string) => {
    const action =
      type === "hangup"
        ? ({ type } as const)
        : type === "static_text" || type === "prompt"
          ? ({ type, text: words } as const)
          : null;
    form.setFieldValue(
      "voicemail_option",
      action && { detection_prompt: option?.detection_prompt ?? null, action },
    );
  };
  return (
    <Setting label="When a voicemail answers">
      <Select
        aria-label="When a voicemail answers"
        maw={420}
        allowDeselect={false}
        readOnly={isReadOnly}
        data={WAYS}
        value={way}
        onChange={(type) => set(type, text || "Please call us back.")}
        mb="sm"
      />
      {(way === "static_text" || way === "prompt") && (
        <PromptInput
          label={way === "prompt" ? "What the message is made from" : "Message"}
          value={text}
          variables={form.values.variables.map(({ name }) => name)}
          isReadOnly={isReadOnly}
          error={form.errors["voicemail_option.action.text"]}
          onChange={(words) => set(way, words)}
        />
      )}
    </Setting>
  );
}
