import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { colleaguesQuery } from "@/api/people";
import { useUser } from "@/features/session/useUser";
import { filterChoicesOf } from "./choices";

interface Props {
  value: string | undefined;
  onChange: (assignee: string | null) => void;
}

/** Only what is assigned to somebody, oneself, or nobody. */
export function AssigneeFilter({ value, onChange }: Props) {
  const own = useUser().id;
  const { data: colleagues = [] } = useQuery(colleaguesQuery);
  return (
    <Select
      aria-label="Assigned to"
      placeholder="Assigned to anyone"
      data={filterChoicesOf(colleagues, own)}
      value={value ?? null}
      onChange={onChange}
      clearable
      searchable
      w={176}
    />
  );
}
