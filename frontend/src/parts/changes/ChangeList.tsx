import { Skeleton, Stack, Text } from "@mantine/core";
import { useQuery, type UseQueryOptions } from "@tanstack/react-query";
import type { FieldChange } from "@/api/drafts";
import { ErrorState } from "@/parts/ErrorState";
import { Change } from "./Change";

export interface Differences {
  changes: FieldChange[];
}

interface Props<Key extends readonly unknown[]> {
  query: UseQueryOptions<Differences, Error, Differences, Key>;
  /** A place as people call it, by its pointer. */
  placeOf: (pointer: string) => string;
}

/** What is different between two versions, place by place. */
export function ChangeList<Key extends readonly unknown[]>({ query, placeOf }: Props<Key>) {
  const diff = useQuery(query);
  if (diff.error) return <ErrorState error={diff.error} onRetry={() => void diff.refetch()} />;
  if (!diff.data) return <Skeleton h={96} />;
  if (diff.data.changes.length === 0)
    return (
      <Text size="sm" c="dimmed">
        There is no difference.
      </Text>
    );
  return (
    <Stack gap="md">
      {diff.data.changes.map(({ pointer, kind, before, after }) => (
        <Change
          key={pointer}
          label={placeOf(pointer)}
          pointer={pointer}
          before={kind === "added" ? undefined : before}
          after={kind === "removed" ? undefined : after}
        />
      ))}
    </Stack>
  );
}
