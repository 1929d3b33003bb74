import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { agentsQuery } from "@/api/agents";

interface Props {
  value: string | undefined;
  onChange: (agent: string | null) => void;
  w?: number;
}

/** Only what is of one agent. */
export function AgentFilter({ value, onChange, w = 200 }: Props) {
  const { data: agents = [] } = useQuery(agentsQuery);
  return (
    <Select
      aria-label="Agent"
      placeholder="Any agent"
      data={agents.map(({ id, name }) => ({ value: id, label: name }))}
      value={value ?? null}
      onChange={onChange}
      clearable
      searchable
      w={w}
    />
  );
}
