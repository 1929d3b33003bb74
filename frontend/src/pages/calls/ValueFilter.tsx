import { Button, Group, Pill, Popover, Select, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconFilterPlus } from "@tabler/icons-react";
import { type SyntheticEvent, useState } from "react";
import type { CallFilters } from "@/api/callFilters";
import { asOptions, type Column, labelOfColumn } from "./columns";

interface Props {
  filters: CallFilters;
  columns: readonly Column[];
  onChange: (part: Pick<CallFilters, "variable" | "field">) => void;
}

const MOST = 5;

/** Filters by one variable or one field of the record. */
export function ValueFilter({ filters, columns, onChange }: Props) {
  const [isOpen, { close, toggle }] = useDisclosure(false);
  const [id, setId] = useState<string | null>(null);
  const [value, setValue] = useState("");
  const { variable = [], field = [] } = filters;
  const add = (event: SyntheticEvent) => {
    event.preventDefault();
    if (id === null || value.trim() === "") return;
    const pair = `${id.slice(id.indexOf(".") + 1)}:${value.trim()}`;
    onChange(
      id.startsWith("variables.")
        ? { variable: [...new Set([...variable, pair])], field }
        : { variable, field: [...new Set([...field, pair])] },
    );
    setValue("");
    close();
  };
  return (
    <>
      {variable.map((pair) => (
        <Chip
          key={`v${pair}`}
          id={`variables.${pair}`}
          columns={columns}
          onRemove={() => onChange({ variable: variable.filter((each) => each !== pair), field })}
        />
      ))}
      {field.map((pair) => (
        <Chip
          key={`f${pair}`}
          id={`record.${pair}`}
          columns={columns}
          onRemove={() => onChange({ variable, field: field.filter((each) => each !== pair) })}
        />
      ))}
      {columns.length > 0 && (
        <Popover opened={isOpen} onChange={close} trapFocus returnFocus position="bottom-start">
          <Popover.Target>
            <Button
              variant="default"
              leftSection={<IconFilterPlus size={16} aria-hidden />}
              disabled={variable.length >= MOST || field.length >= MOST}
              onClick={toggle}
            >
              Value
            </Button>
          </Popover.Target>
          <Popover.Dropdown>
            <form onSubmit={add}>
              <Stack gap="sm" w={260}>
                <Select
                  label="Variable or record field"
                  data={asOptions(columns)}
                  searchable
                  comboboxProps={{ withinPortal: false }}
                  value={id}
                  onChange={setId}
                />
                <TextInput
                  label="is"
                  value={value}
                  maxLength={200}
                  onChange={(event) => setValue(event.currentTarget.value)}
                />
                <Button type="submit" disabled={id === null || value.trim() === ""}>
                  Add filter
                </Button>
              </Stack>
            </form>
          </Popover.Dropdown>
        </Popover>
      )}
    </>
  );
}

interface ChipProps {
  /** `variables.load_number:7891-B`. */
  id: string;
  columns: readonly Column[];
  onRemove: () => void;
}

function Chip({ id, columns, onRemove }: ChipProps) {
  const colon = id.indexOf(":");
  const text = `${labelOfColumn(id.slice(0, colon), columns)}: ${id.slice(colon + 1)}`;
  return (
    <Group gap={0}>
      <Pill
        size="md"
        withRemoveButton
        removeButtonProps={{
          "aria-label": `Remove the filter ${text}`,
          "aria-hidden": false,
          tabIndex: 0,
        }}
        onRemove={onRemove}
      >
        {text}
      </Pill>
    </Group>
  );
}
