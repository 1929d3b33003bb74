import { Button, Group, Text } from "@mantine/core";
import { useId, useState } from "react";
import type { RecordField, VersionComparison } from "@/api/insights";
import { StatusBadge } from "@/parts/StatusBadge";
import { Findings } from "./Findings";
import { inOrder, tellComparison } from "./words";

interface Props {
  comparison: VersionComparison;
  fields: readonly RecordField[];
}

/** How a version compares with the one before: what differs, and all else when asked for. */
export function Compared({ comparison, fields }: Props) {
  const [isOpen, open] = useState(false);
  const id = useId();
  const { tone, verdict, sentences } = tellComparison(comparison);
  const items = inOrder(comparison.items);
  const differing = items.filter((each) => each.verdict === "drift");
  const shown = isOpen ? items : differing;
  const offer = isOpen ? "Show what differs" : `Show all ${items.length}`;
  return (
    <>
      <Group gap="xs" align="baseline">
        <StatusBadge tone={tone} label={verdict} />
        <Text size="sm" c="dimmed" className="figures" style={{ flex: "1 1 260px" }}>
          {sentences.join(" ")}
        </Text>
        {items.length > differing.length && (
          <Button
            size="compact-xs"
            variant="subtle"
            aria-expanded={isOpen}
            aria-controls={id}
            aria-label={`${offer}, version ${comparison.version}`}
            onClick={() => open(!isOpen)}
          >
            {offer}
          </Button>
        )}
      </Group>
      <div id={id}>
        {shown.length > 0 && (
          <Findings
            items={shown}
            fields={fields}
            chart={{ agent: comparison.agent_id, by: "version" }}
          />
        )}
      </div>
    </>
  );
}
