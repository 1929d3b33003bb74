import {
  ActionIcon,
  Alert,
  Button,
  Group,
  Modal,
  Select,
  Stack,
  Switch,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  type InboundRule,
  inboundRulesQuery,
  phoneNumbersQuery,
  saveInboundRule,
} from "@/api/phoneNumbers";
import { fieldErrors } from "@/api/problem";
import { explain } from "@/parts/explain";
import { formatPhone } from "@/parts/phone";
import { formOf, problemsOf, ruleOf, type RuleForm, type Scope } from "./callers";

const SCOPES: { value: Scope; label: string }[] = [
  { value: "number", label: "One number" },
  { value: "prefix", label: "Numbers that begin with" },
  { value: "anonymous", label: "Callers without a number" },
  { value: "everyone", label: "Everyone" },
];

/** Makes a rule for callers, or changes one. */
export function RuleDialog({ rule, onClose }: { rule: InboundRule | null; onClose: () => void }) {
  const client = useQueryClient();
  const numbers = useQuery(phoneNumbersQuery);
  const form = useForm<RuleForm>({ initialValues: formOf(rule), validate: problemsOf });
  const save = useMutation({
    mutationFn: (values: RuleForm) => saveInboundRule(rule?.id ?? null, ruleOf(values)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: inboundRulesQuery.queryKey });
      onClose();
    },
    onError: (error) => {
      const { caller, ...others } = fieldErrors(error);
      form.setErrors({ ...others, ...(caller && { digits: caller }) });
    },
  });
  const { scope, is_blocked, variables } = form.values;
  return (
    <Modal opened onClose={onClose} title={rule ? "Edit rule" : "New inbound rule"} size="lg">
      <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
        <Stack>
          <Group align="flex-start" grow preventGrowOverflow={false}>
            <Select
              label="Who calls"
              data={SCOPES}
              allowDeselect={false}
              data-autofocus
              {...form.getInputProps("scope")}
            />
            {(scope === "number" || scope === "prefix") && (
              <TextInput
                label={scope === "number" ? "Number" : "Beginning of the number"}
                type="tel"
                placeholder={scope === "number" ? "+14155550100" : "+1415"}
                {...form.getInputProps("digits")}
              />
            )}
          </Group>
          <Select
            label="Which of your numbers they call"
            placeholder="Any"
            clearable
            data={(numbers.data ?? []).map(({ phone_number }) => ({
              value: phone_number,
              label: formatPhone(phone_number),
            }))}
            {...form.getInputProps("phone_number")}
          />
          <Switch
            label="Block: they do not get through"
            {...form.getInputProps("is_blocked", { type: "checkbox" })}
          />
          {!is_blocked && (
            <Stack gap="xs">
              <Text size="sm" fw={600}>
                What the agent is told
              </Text>
              {variables.map((_, index) => (
                <Group key={index} gap="xs" wrap="nowrap" align="flex-start">
                  <TextInput
                    aria-label={`Variable ${index + 1}`}
                    placeholder="driver_name"
                    flex={1}
                    {...form.getInputProps(`variables.${index}.name`)}
                  />
                  <TextInput
                    aria-label={`Value ${index + 1}`}
                    placeholder="Mike"
                    flex={1}
                    {...form.getInputProps(`variables.${index}.value`)}
                  />
                  <ActionIcon
                    size={36}
                    variant="subtle"
                    color="gray"
                    aria-label={`Remove variable ${index + 1}`}
                    onClick={() => form.removeListItem("variables", index)}
                  >
                    <IconTrash size={16} aria-hidden />
                  </ActionIcon>
                </Group>
              ))}
              <Button
                size="xs"
                variant="default"
                leftSection={<IconPlus size={15} aria-hidden />}
                style={{ alignSelf: "flex-start" }}
                onClick={() => form.insertListItem("variables", { name: "", value: "" })}
              >
                Add a value
              </Button>
            </Stack>
          )}
          <TextInput label="Note (optional)" {...form.getInputProps("note")} />
          {save.error && (
            <Alert color="red" variant="light" role="alert" title={explain(save.error).title}>
              {explain(save.error).detail}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              Save rule
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
