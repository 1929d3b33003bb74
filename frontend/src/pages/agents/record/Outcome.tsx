import { Group, Stack, Text } from "@mantine/core";
import { IconQuote } from "@tabler/icons-react";
import type { Preview } from "@/api/drafts";
import type { FieldSchema } from "@/api/json";
import { dataOf, rowsOf, schemaAt } from "@/features/record/fields";
import { labelOf, showGap, showValue } from "@/features/record/values";
import { RecordStatusBadge } from "@/parts/StatusBadge";

/** A record that was tried: its values, each with the words that prove it. */
export function Outcome({ preview, schema }: { preview: Preview; schema: FieldSchema | null }) {
  const problems = new Map(preview.problems.map((problem) => [problem.field, problem.message]));
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <RecordStatusBadge status={preview.status} />
        <Text size="xs" c="dimmed">
          {preview.model}
        </Text>
      </Group>
      {rowsOf(dataOf(preview), preview.not_said).map(([path, value]) => (
        <div key={path}>
          <Text size="xs" c="dimmed">
            {labelOf(path, schema)}
          </Text>
          <Text fw={value === null ? 400 : 560} {...(value === null && { c: "dimmed" })}>
            {preview.not_said[path]
              ? showGap(preview.not_said[path])
              : showValue(value, schemaAt(schema, path))}
          </Text>
          {preview.evidence[path]?.quote && (
            <Group gap={6} wrap="nowrap" align="flex-start" c="dimmed">
              <IconQuote size={14} style={{ flex: "none", marginTop: 3 }} aria-hidden />
              <Text size="sm">{preview.evidence[path].quote}</Text>
            </Group>
          )}
          {problems.has(path) && (
            <Text size="sm" c="orange">
              {problems.get(path)}
            </Text>
          )}
        </div>
      ))}
    </Stack>
  );
}
