import { Skeleton, Stack, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { FieldChange } from "@/api/drafts";
import { ErrorState } from "@/parts/ErrorState";
import { Change } from "./Change";

export interface Differences {
  changes: FieldChange[];
}

interface Props {
  diff: UseQueryResult<Differences>;
  /** A place as people call it, by its pointer. */
  placeOf: (pointer: string) => string;
}

/** What is different between two versions, place by place. */
export function ChangeList({ diff, placeOf }: Props) {
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
