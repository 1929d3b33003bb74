import { Card, NumberInput, SimpleGrid, Stack, Textarea, TextInput, Title } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import type { Policy } from "@/api/policies";
import { CriteriaEditor } from "./CriteriaEditor";
import { criteriaErrors } from "./policyTabs";

interface Props {
  form: UseFormReturnType<Policy>;
  isReadOnly: boolean;
}

/** What a good call is: what it takes to pass, and criterion by criterion. */
export function CriteriaTab({ form, isReadOnly }: Props) {
  return (
    <Stack>
      <Card>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput label="Name" readOnly={isReadOnly} {...form.getInputProps("name")} />
          <NumberInput
            label="Passes at"
            description="Of 100."
            min={0}
            max={100}
            readOnly={isReadOnly}
            {...form.getInputProps("passing_score")}
          />
        </SimpleGrid>
        <Textarea
          mt="sm"
          label="Was the matter resolved?"
          description="Asked of every call, beside the score. Leave empty not to ask."
          autosize
          minRows={1}
          readOnly={isReadOnly}
          value={form.values.resolution_question ?? ""}
          error={form.errors.resolution_question}
          onChange={({ currentTarget: { value } }) =>
            form.setFieldValue("resolution_question", value.trim() === "" ? null : value)
          }
        />
      </Card>
      <Card>
        <Title order={2} mb="md">
          Criteria
        </Title>
        <CriteriaEditor
          criteria={form.values.criteria}
          errors={criteriaErrors(form.errors)}
          isReadOnly={isReadOnly}
          onChange={(criteria) => {
            form.setFieldValue("criteria", criteria);
            form.clearErrors();
          }}
        />
      </Card>
    </Stack>
  );
}
