import {
  ActionIcon,
  Button,
  Group,
  Menu,
  Modal,
  MultiSelect,
  Popover,
  Select,
  Text,
  TextInput,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBookmark, IconColumns, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type SyntheticEvent, useState } from "react";
import { CALL_ORDERS, type CallFilters } from "@/api/callFilters";
import { callCountQuery } from "@/api/calls";
import { formatCount } from "@/parts/money";
import { asOptions, type Column } from "./columns";
import { useSavedViews } from "./savedViews";

interface Props {
  filters: CallFilters;
  columns: readonly Column[];
  onChange: (part: Pick<CallFilters, "columns"> | { order: string | null }) => void;
}

/** How many there are, in which order and with which columns, and views that were saved. */
export function ViewBar({ filters, columns, onChange }: Props) {
  return (
    <Group gap="xs" mb="sm" justify="space-between">
      <Count filters={filters} />
      <Group gap="xs">
        <Select
          aria-label="Order"
          size="xs"
          w={136}
          allowDeselect={false}
          data={Object.entries(CALL_ORDERS).map(([value, label]) => ({ value, label }))}
          value={filters.order ?? "newest"}
          onChange={(order) => onChange({ order })}
        />
        {columns.length > 0 && (
          <Popover position="bottom-end" trapFocus returnFocus>
            <Popover.Target>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconColumns size={15} aria-hidden />}
              >
                Columns
              </Button>
            </Popover.Target>
            <Popover.Dropdown w={300}>
              <MultiSelect
                label="Also show"
                description="Variables and record fields, up to five."
                data={asOptions(columns)}
                maxValues={5}
                searchable
                clearable
                comboboxProps={{ withinPortal: false }}
                value={filters.columns ?? []}
                onChange={(chosen) => onChange({ columns: chosen })}
              />
            </Popover.Dropdown>
          </Popover>
        )}
        <Views filters={filters} />
      </Group>
    </Group>
  );
}

function Count({ filters }: { filters: CallFilters }) {
  const { data } = useQuery(callCountQuery(filters));
  return (
    <Text size="sm" c="dimmed" role="status" mih={20}>
      {data && `${formatCount(data.count)}${data.is_exact ? "" : "+"} `}
      {data && (data.count === 1 ? "call" : "calls")}
    </Text>
  );
}

function Views({ filters }: { filters: CallFilters }) {
  const navigate = useNavigate();
  const { views, save, remove } = useSavedViews();
  const [isNaming, naming] = useDisclosure(false);
  const [name, setName] = useState("");
  const keep = (event: SyntheticEvent) => {
    event.preventDefault();
    if (name.trim() === "") return;
    save({ name: name.trim(), filters });
    setName("");
    naming.close();
  };
  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <Button size="xs" variant="default" leftSection={<IconBookmark size={15} aria-hidden />}>
            Views
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {views.map((view) => (
            <Group key={view.name} gap={0} wrap="nowrap">
              <Menu.Item
                flex={1}
                onClick={() => void navigate({ to: "/calls", search: view.filters })}
              >
                {view.name}
              </Menu.Item>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Delete the view ${view.name}`}
                onClick={() => remove(view.name)}
              >
                <IconTrash size={15} aria-hidden />
              </ActionIcon>
            </Group>
          ))}
          {views.length > 0 && <Menu.Divider />}
          <Menu.Item onClick={naming.open}>Save this view…</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={isNaming} onClose={naming.close} title="Save this view">
        <form onSubmit={keep}>
          <TextInput
            label="Name"
            description="Filters, order and columns are kept in this browser. To share them, copy the address of the page."
            data-autofocus
            value={name}
            maxLength={60}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Group justify="flex-end" mt="lg">
            <Button variant="default" onClick={naming.close}>
              Cancel
            </Button>
            <Button type="submit" disabled={name.trim() === ""}>
              Save view
            </Button>
          </Group>
        </form>
      </Modal>
    </>
  );
}
