import { Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { diffQuery, type FieldChange, type VersionOrDraft } from "@/api/drafts";
import { ErrorState } from "@/parts/ErrorState";
import { humanise } from "@/parts/words";
import classes from "./Agents.module.css";
import { type Word, wordsBetween } from "./wordDiff";

interface Props {
  agentId: string;
  base: VersionOrDraft;
  compare: VersionOrDraft;
  /** The draft's revision: another one may differ otherwise. */
  revision: number;
}

/** What is different between two versions, place by place. */
export function Changes({ agentId, base, compare, revision }: Props) {
  const diff = useQuery(diffQuery(agentId, base, compare, revision));
  if (diff.error) return <ErrorState error={diff.error} onRetry={() => diff.refetch()} />;
  if (!diff.data) return <Skeleton h={96} />;
  if (diff.data.changes.length === 0)
    return (
      <Text size="sm" c="dimmed">
        There is no difference.
      </Text>
    );
  return (
    <Stack gap="md">
      {diff.data.changes.map((change) => (
        <Change key={change.pointer} change={change} />
      ))}
    </Stack>
  );
}

function Change({ change }: { change: FieldChange }) {
  const before = change.kind === "added" ? "" : asText(change.before);
  const after = change.kind === "removed" ? "" : asText(change.after);
  const [old, now] = wordsBetween(before, after);
  return (
    <div>
      <Text size="sm" fw={560} mb={4}>
        {placeOf(change.pointer)}
      </Text>
      <Stack gap={4}>
        {change.kind !== "added" && (
          <div className={classes.before} aria-label="Before">
            {old.map((word, index) =>
              word.isChanged ? <del key={index}>{word.text}</del> : word.text,
            )}
          </div>
        )}
        {change.kind !== "removed" && (
          <div className={classes.after} aria-label="After">
            {now.map((word: Word, index) =>
              word.isChanged ? <ins key={index}>{word.text}</ins> : word.text,
            )}
          </div>
        )}
      </Stack>
    </div>
  );
}

/** `/record_schema/properties/eta` as people say it: `Record schema › eta`. */
export function placeOf(pointer: string): string {
  const [first = "", ...rest] = pointer.split("/").slice(1);
  const inside = rest.filter((part) => part !== "properties" && part !== "items");
  return [humanise(first), ...inside].join(" › ");
}

function asText(value: unknown): string {
  if (value === null || value === undefined || value === "") return "(nothing)";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
