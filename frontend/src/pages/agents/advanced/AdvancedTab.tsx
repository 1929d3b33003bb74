import {
  Alert,
  Card,
  Group,
  MultiSelect,
  NumberInput,
  Select,
  Stack,
  Switch,
  TagsInput,
  TextInput,
} from "@mantine/core";
import { JsonField } from "@/parts/JsonField";
import { Setting } from "@/pages/agents/parts/Setting";
import { PURPOSE_CHOICES, PURPOSES } from "@/features/compliance/purposes";
import { sells } from "@/features/compliance/selling";
import type { DraftForm } from "@/pages/agents/parts/draftForm";

interface Props {
  form: DraftForm;
  isReadOnly: boolean;
}

/** What most agents leave as it is. */
export function AdvancedTab({ form, isReadOnly }: Props) {
  return (
    <Stack>
      <Card>
        <CallsFor form={form} isReadOnly={isReadOnly} />
        <Setting label="Number it calls from" description="Empty: the installation's own.">
          <TextInput
            aria-label="Number it calls from"
            maw={320}
            placeholder="+14155550199"
            readOnly={isReadOnly}
            value={form.values.from_number ?? ""}
            error={form.errors.from_number}
            onChange={({ currentTarget: { value } }) =>
              form.setFieldValue("from_number", value || null)
            }
          />
        </Setting>
        <Words form={form} isReadOnly={isReadOnly} name="tags" label="Labels">
          Your own, to find agents by.
        </Words>
        <Words
          form={form}
          isReadOnly={isReadOnly}
          name="boosted_keywords"
          label="Words to listen for"
        >
          Names and words that are hard to hear.
        </Words>
        <Setting
          label="Accept keypad input"
          description="Whether keys that the other side presses count."
        >
          <Switch
            label="They do"
            disabled={isReadOnly}
            {...form.getInputProps("allow_user_dtmf", { type: "checkbox" })}
          />
        </Setting>
      </Card>
      <Redaction form={form} isReadOnly={isReadOnly} />
      <Keeping form={form} isReadOnly={isReadOnly} />
      <Card>
        <Setting
          label="Other Retell settings"
          description="Sent as it is; what is under “llm” goes to the language model's settings."
        >
          <JsonField
            label="Overrides, as JSON"
            value={form.values.retell_overrides}
            isReadOnly={isReadOnly}
            error={form.errors.retell_overrides}
            onChange={(read) => form.setFieldValue("retell_overrides", read ?? {})}
          />
        </Setting>
      </Card>
    </Stack>
  );
}

const KINDS = [
  { value: "card", label: "Card numbers" },
  { value: "phone", label: "Phone numbers" },
  { value: "email", label: "E-mail addresses" },
  { value: "iban", label: "Bank accounts (IBAN)" },
  { value: "ssn", label: "Social security numbers" },
  { value: "name", label: "Names that the call knows" },
];

function Redaction({ form, isReadOnly }: Props) {
  const { redact } = form.values;
  return (
    <Card>
      <Setting
        label="Redaction"
        description="Masked before language models, destinations and reviewers get it, and silent in the recording for reviewers."
      >
        <MultiSelect
          aria-label="Redaction"
          maw={520}
          data={KINDS}
          placeholder={redact.length === 0 ? "Nothing" : ""}
          readOnly={isReadOnly}
          value={redact}
          error={form.errors.redact}
          onChange={(kinds) => {
            form.setFieldValue("redact", kinds as typeof redact);
            if (kinds.length === 0) form.setFieldValue("keep_original", true);
          }}
        />
      </Setting>
      <Setting
        label="Originals"
        description="Without them, what was said is masked before it is stored, for everybody, and there is no live transcript."
      >
        <Switch
          label="Keep them for administrators and managers"
          disabled={isReadOnly || redact.length === 0}
          error={form.errors.keep_original}
          {...form.getInputProps("keep_original", { type: "checkbox" })}
        />
      </Setting>
    </Card>
  );
}

/** What it calls for, with what follows from that. */
function CallsFor({ form, isReadOnly }: Props) {
  const purpose = form.values.purpose;
  return (
    <Setting label="What it calls for" description={PURPOSES[purpose].effect}>
      <Select
        aria-label="What it calls for"
        maw={420}
        allowDeselect={false}
        readOnly={isReadOnly}
        data={PURPOSE_CHOICES}
        value={purpose}
        error={form.errors.purpose}
        onChange={(value) => value && form.setFieldValue("purpose", value)}
      />
      {purpose === "service" && sells(form.values.prompt) && (
        <Alert color="orange" variant="light" role="status" mt="sm">
          The prompt reads as if it sells (“{sells(form.values.prompt)}”). Calls that sell are
          marketing: then consent, hours and caps bind them.
        </Alert>
      )}
    </Setting>
  );
}

function Keeping({ form, isReadOnly }: Props) {
  return (
    <Card>
      <Setting label="What Retell keeps" description="What it does not keep is fetched at once.">
        <Select
          aria-label="What Retell keeps"
          maw={420}
          allowDeselect={false}
          readOnly={isReadOnly}
          data={[
            { value: "everything", label: "Everything" },
            { value: "everything_except_pii", label: "Everything but personal data" },
            { value: "basic_attributes_only", label: "No transcript, no recording" },
          ]}
          {...form.getInputProps("data_storage_setting")}
        />
      </Setting>
      <Setting label="For how long" description="Empty: forever.">
        <NumberInput
          aria-label="Days that Retell keeps it"
          maw={180}
          min={1}
          max={730}
          suffix=" days"
          placeholder="For ever"
          readOnly={isReadOnly}
          value={form.values.data_storage_retention_days ?? ""}
          error={form.errors.data_storage_retention_days}
          onChange={(days) =>
            form.setFieldValue("data_storage_retention_days", days === "" ? null : Number(days))
          }
        />
      </Setting>
      <Setting
        label="Recording links"
        description="Without an expiry, anyone with the link can listen."
      >
        <Group>
          <Switch
            label="Expire after 24 hours"
            disabled={isReadOnly}
            {...form.getInputProps("opt_in_signed_url", { type: "checkbox" })}
          />
        </Group>
      </Setting>
      <Setting label="Live transcript" description="Words on the board while a call runs.">
        <Switch
          label="Send it"
          disabled={isReadOnly}
          {...form.getInputProps("transcript_updates", { type: "checkbox" })}
        />
      </Setting>
    </Card>
  );
}

interface WordsProps extends Props {
  name: "tags" | "boosted_keywords";
  label: string;
  children: string;
}

function Words({ form, isReadOnly, name, label, children }: WordsProps) {
  return (
    <Setting label={label} description={children}>
      <TagsInput
        aria-label={label}
        maw={520}
        readOnly={isReadOnly}
        value={form.values[name] ?? []}
        error={form.errors[name]}
        onChange={(words) =>
          form.setFieldValue(name, words.length === 0 && name !== "tags" ? null : words)
        }
      />
    </Setting>
  );
}
