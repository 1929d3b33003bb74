import { Button, Group } from "@mantine/core";

interface Props {
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}

/** Below a list that has more: the next page of it. */
export function OlderOnes({ list }: Props) {
  if (!list.hasNextPage) return null;
  return (
    <Group justify="center" p="md">
      <Button
        variant="default"
        loading={list.isFetchingNextPage}
        onClick={() => void list.fetchNextPage()}
      >
        Show older ones
      </Button>
    </Group>
  );
}
