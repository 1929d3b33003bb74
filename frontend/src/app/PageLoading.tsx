import { Skeleton, Stack } from "@mantine/core";

/** The outline of a page that is on its way. */
export function PageLoading() {
  return (
    <Stack gap="md" role="status" aria-label="Loading">
      <Skeleton height={28} width={220} />
      <Skeleton height={320} radius="lg" />
    </Stack>
  );
}
