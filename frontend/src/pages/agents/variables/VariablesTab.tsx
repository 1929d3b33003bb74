import { ActionIcon, Button, Card, Checkbox, Group, Table, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash, IconVariable } from "@tabler/icons-react";
import { EmptyState } from "@/parts/EmptyState";
import { asName } from "@/parts/words";
import type { DraftForm } from "@/pages/agents/parts/draftForm";

interface Props {
  form: DraftForm;
  isReadOnly: boolean;
}

export function newVariable(name = "") {
  return { name, description: "", required: true, default: null, example: null };
}

/** What each call brings along, and the texts use as `{{name}}`. */
export function VariablesTab({ form, isReadOnly }: Props) {
  const { variables } = form.values;
  const add = !isReadOnly && (
    <Button
      variant="default"
      leftSection={<IconPlus size={16} aria-hidden />}
      onClick={() => form.insertListItem("variables", newVariable())}
    >
      Add a variable
    </Button>
  );
  if (variables.length === 0)
    return (
      <Card>
        <EmptyState icon={IconVariable} title="No variables" action={add}>
          A call can bring values along, e.g. a name or an order number. The prompt uses them as
          {" {{name}}"}.
        </EmptyState>
      </Card>
    );
  return (
    <Card padding={0}>
      <Table.ScrollContainer minWidth={820}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th>Description</Table.Th>
              <Table.Th>Example, for test calls</Table.Th>
              <Table.Th>Default</Table.Th>
              <Table.Th>Required</Table.Th>
              <Table.Th aria-label="Remove" />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {variables.map((variable, index) => (
              <Table.Tr key={index} style={{ verticalAlign: "top" }}>
                <Table.Td>
                  <Cell
                    form={form}
                    index={index}
                    name="name"
                    label="Name"
                    isMono
                    isReadOnly={isReadOnly}
                  />
                </Table.Td>
                <Table.Td>
                  <Cell
                    form={form}
                    index={index}
                    name="description"
                    label="Description"
                    isReadOnly={isReadOnly}
                  />
                </Table.Td>
                <Table.Td>
                  <Cell
                    form={form}
                    index={index}
                    name="example"
                    label="Example"
                    isReadOnly={isReadOnly}
                  />
                </Table.Td>
                <Table.Td>
                  <Cell
                    form={form}
                    index={index}
                    name="default"
                    label="Default"
                    isReadOnly={isReadOnly}
                  />
                </Table.Td>
                <Table.Td>
                  <Checkbox
                    mt={8}
                    aria-label={`${variable.name || "Variable"} is required`}
                    disabled={isReadOnly}
                    {...form.getInputProps(`variables.${index}.required`, { type: "checkbox" })}
                  />
                </Table.Td>
                <Table.Td>
                  {!isReadOnly && (
                    <ActionIcon
                      mt={4}
                      variant="subtle"
                      color="gray"
                      aria-label={`Remove ${variable.name || "the variable"}`}
                      onClick={() => form.removeListItem("variables", index)}
                    >
                      <IconTrash size={16} aria-hidden />
                    </ActionIcon>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Group p="md" justify="space-between">
        {add}
        <Text size="xs" c="dimmed">
          A call without a required value, and without a default, is refused.
        </Text>
      </Group>
    </Card>
  );
}

interface CellProps extends Props {
  index: number;
  name: "name" | "description" | "example" | "default";
  label: string;
  isMono?: boolean;
}

function Cell({ form, index, name, label, isMono, isReadOnly }: CellProps) {
  const path = `variables.${index}.${name}`;
  const isNullable = name === "example" || name === "default";
  return (
    <TextInput
      aria-label={`${label} of variable ${index + 1}`}
      readOnly={isReadOnly}
      classNames={isMono ? { input: "mono" } : {}}
      value={form.values.variables[index]?.[name] ?? ""}
      error={form.errors[path]}
      onBlur={({ currentTarget: { value } }) => {
        if (name === "name" && !isReadOnly) form.setFieldValue(path, asName(value));
      }}
      onChange={({ currentTarget: { value } }) =>
        form.setFieldValue(path, isNullable && value === "" ? null : value)
      }
    />
  );
}
