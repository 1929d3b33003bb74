import { NumberInput, Select, Stack, TagsInput } from "@mantine/core";
import type { Criterion, Rule } from "@/api/policies";
import { RULES } from "./rules";

interface Props {
  criterion: Criterion;
  /** What was refused, by field. */
  errors: Record<string, string>;
  isReadOnly: boolean;
  onChange: (part: Partial<Criterion>) => void;
}

const JUDGE = "judge";

/** Who tells whether a criterion is met: a model that is asked, or a rule that costs nothing. */
export function RuleForm({ criterion: { rule }, errors, isReadOnly, onChange }: Props) {
  const choose = (kind: string | null) => {
    const found = RULES.find((each) => each.value === kind);
    onChange(found ? { rule: found.fresh(), scale: "yes_no" } : { rule: null });
  };
  return (
    <Stack gap="sm">
      <Select
        label="Told by"
        allowDeselect={false}
        readOnly={isReadOnly}
        data={[
          { value: JUDGE, label: "A model that is asked" },
          ...RULES.map(({ value, label }) => ({ value, label: `A rule: ${label}` })),
        ]}
        value={rule?.kind ?? JUDGE}
        error={errors.rule}
        onChange={choose}
      />
      {rule && (
        <Settings
          rule={rule}
          errors={errors}
          isReadOnly={isReadOnly}
          onChange={(changed) => onChange({ rule: changed })}
        />
      )}
    </Stack>
  );
}

interface SettingsProps {
  rule: Rule;
  errors: Record<string, string>;
  isReadOnly: boolean;
  onChange: (rule: Rule) => void;
}

function Settings({ rule, errors, isReadOnly, onChange }: SettingsProps) {
  const set = (name: string) => (value: string | number | string[]) =>
    onChange({ ...rule, [name]: Array.isArray(value) ? value : Number(value) });
  const number = (name: string, label: string, value: number, suffix = "") => (
    <NumberInput
      label={label}
      w={240}
      min={0}
      suffix={suffix}
      readOnly={isReadOnly}
      value={value}
      error={errors[`rule.${name}`]}
      onChange={set(name)}
    />
  );
  const words = (name: string, label: string, value: string[]) => (
    <TagsInput
      label={label}
      description="Enter adds one."
      readOnly={isReadOnly}
      value={value}
      error={errors[`rule.${name}`]}
      onChange={set(name)}
    />
  );
  switch (rule.kind) {
    case "says_it_is_an_ai":
    case "asks_to_record":
      return (
        <>
          {number(
            "within_agent_turns",
            "Within the agent's first so many turns",
            rule.within_agent_turns,
          )}
          {words("phrases", "Other words that say so (optional)", rule.phrases)}
        </>
      );
    case "says_the_name":
      return (
        <>
          {words("names", "The name, each way it may be said", rule.names)}
          {number(
            "within_agent_turns",
            "Within the agent's first so many turns",
            rule.within_agent_turns,
          )}
        </>
      );
    case "longest_silence":
      return number("most_seconds", "At most", rule.most_seconds, " seconds");
    case "talk_share":
      return (
        <>
          {number("least_percent", "The agent talks at least", rule.least_percent, " %")}
          {number("most_percent", "The agent talks at most", rule.most_percent, " %")}
        </>
      );
    case "interruptions":
      return number("most", "At most so many", rule.most);
    case "words_never_said":
      return words("words", "Words never to be said", rule.words);
  }
}
