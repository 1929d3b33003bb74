import {
  Autocomplete,
  Checkbox,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Textarea,
  TextInput,
} from "@mantine/core";
import type { CriterionDraft } from "@/api/policies";
import { severities } from "@/features/evaluation/verdicts";
import { SCALES, SPEAKERS } from "./criteria";
import { RuleForm } from "./RuleForm";

interface Props {
  criterion: CriterionDraft;
  /** What was refused, by field. */
  errors: Record<string, string>;
  categories: string[];
  isReadOnly: boolean;
  onChange: (criterion: CriterionDraft) => void;
}

/** All of one criterion. */
export function CriterionForm({ criterion, errors, categories, isReadOnly, onChange }: Props) {
  const change = (part: Partial<CriterionDraft>) => onChange({ ...criterion, ...part });
  return (
    <Stack gap="sm" mt="sm">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          label="Name"
          readOnly={isReadOnly}
          value={criterion.name}
          error={errors.name}
          onChange={({ currentTarget: { value: name } }) => change({ name })}
        />
        <Autocomplete
          label="Category"
          readOnly={isReadOnly}
          data={categories}
          value={criterion.category}
          error={errors.category}
          onChange={(category) => change({ category })}
        />
      </SimpleGrid>
      <RuleForm criterion={criterion} errors={errors} isReadOnly={isReadOnly} onChange={change} />
      {!criterion.rule && (
        <Textarea
          label="Question for the judge"
          description="One thing that a stranger could answer from the transcript alone."
          autosize
          minRows={2}
          readOnly={isReadOnly}
          value={criterion.question}
          error={errors.question}
          onChange={({ currentTarget: { value: question } }) => change({ question })}
        />
      )}
      {!criterion.rule && (
        <SimpleGrid cols={{ base: 1, xs: 3 }}>
          <Select
            label="Scale"
            allowDeselect={false}
            readOnly={isReadOnly}
            data={SCALES}
            value={criterion.scale}
            error={errors.scale}
            onChange={(scale) => change({ scale: scale ?? "yes_no" })}
          />
          <Select
            label="Said by"
            allowDeselect={false}
            readOnly={isReadOnly}
            data={SPEAKERS}
            value={criterion.said_by}
            error={errors.said_by}
            onChange={(said_by) => change({ said_by: said_by ?? "agent" })}
          />
          <Select
            label="It is good when it is"
            allowDeselect={false}
            readOnly={isReadOnly}
            data={[
              { value: "said", label: "said or done" },
              { value: "not_said", label: "never said" },
            ]}
            value={criterion.good_when}
            error={errors.good_when}
            onChange={(when) => change({ good_when: when ?? "said" })}
          />
        </SimpleGrid>
      )}
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <NumberInput
          label="Weight"
          min={0}
          max={1000}
          readOnly={isReadOnly}
          value={criterion.weight}
          error={errors.weight}
          onChange={(weight) => change({ weight: Number(weight) || 0 })}
        />
        <Select
          label="Severity"
          allowDeselect={false}
          readOnly={isReadOnly}
          data={Object.entries(severities).map(([value, { label }]) => ({
            value: value as CriterionDraft["severity"],
            label,
          }))}
          value={criterion.severity}
          error={errors.severity}
          onChange={(severity) => change({ severity: severity ?? "minor" })}
        />
        {criterion.scale !== "yes_no" && (
          <NumberInput
            label="Fails below"
            min={1}
            max={100}
            suffix=" %"
            readOnly={isReadOnly}
            value={criterion.fail_below}
            error={errors.fail_below}
            onChange={(below) => change({ fail_below: Number(below) || 1 })}
          />
        )}
      </SimpleGrid>
      <Checkbox
        label="May not apply"
        description="The judge may say that the question has no place in a call; it counts for nothing then."
        disabled={isReadOnly}
        checked={criterion.may_not_apply}
        onChange={({ currentTarget: { checked } }) => change({ may_not_apply: checked })}
      />
      <Checkbox
        label="Auto-fail"
        description="A call that fails here fails as a whole, with a score of 0."
        disabled={isReadOnly}
        checked={criterion.auto_fail}
        onChange={({ currentTarget: { checked } }) => change({ auto_fail: checked })}
      />
    </Stack>
  );
}
