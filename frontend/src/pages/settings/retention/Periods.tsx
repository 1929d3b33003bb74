import {
  Alert,
  Button,
  Card,
  Group,
  NumberInput,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { fieldErrors } from "@/api/problem";
import { periodsOf, type Retention, retentionQuery, setRetention } from "@/api/retention";
import { ErrorState } from "@/parts/ErrorState";
import { explain } from "@/parts/explain";
import { Instant } from "@/parts/Instant";
import { KINDS } from "./kinds";
import { OwnPeriods } from "./OwnPeriods";

type Values = Record<(typeof KINDS)[number]["name"], number | string>;

/** For how many days what is kept. */
export function Periods() {
  const retention = useQuery(retentionQuery);
  if (retention.error)
    return <ErrorState error={retention.error} onRetry={() => void retention.refetch()} />;
  if (!retention.data) return <Skeleton h={280} radius="lg" />;
  return <PeriodsForm stored={retention.data} />;
}

function valuesOf(stored: Retention): Values {
  return Object.fromEntries(KINDS.map(({ name }) => [name, stored[name] ?? ""])) as Values;
}

function daysOf(value: number | string): number | null {
  return value === "" ? null : Number(value);
}

function PeriodsForm({ stored }: { stored: Retention }) {
  const client = useQueryClient();
  const form = useForm<Values>({ initialValues: valuesOf(stored) });
  const save = useMutation({
    mutationFn: async (values: Values) => {
      // Asked for now: somebody else may have changed another since this page was opened.
      const now = await client.query({ ...retentionQuery, staleTime: 0 });
      const wanted = Object.entries(values).filter(([name]) => form.isDirty(name));
      return setRetention({
        ...periodsOf(now),
        ...Object.fromEntries(wanted.map(([name, value]) => [name, daysOf(value)])),
      });
    },
    onSuccess: (saved) => {
      client.setQueryData(retentionQuery.queryKey, saved);
      form.setInitialValues(valuesOf(saved));
      form.setValues(valuesOf(saved));
      form.resetDirty(valuesOf(saved));
      notifications.show({ message: "Saved. The next clean-up goes by it." });
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <Card component="section">
      <Title order={2}>For how long it is kept</Title>
      <Text size="sm" c="dimmed" mt={2} mb="md">
        In days from when a call was over. Once a day, what is older is deleted for good.
      </Text>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
        <Stack>
          {save.error && Object.keys(form.errors).length === 0 && (
            <Alert color="red" variant="light" role="alert" title={explain(save.error).title}>
              {explain(save.error).detail}
            </Alert>
          )}
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
            {KINDS.map(({ name, label, otherwise }) => (
              <NumberInput
                key={name}
                label={label}
                placeholder={otherwise}
                min={1}
                max={36_500}
                allowDecimal={false}
                suffix=" days"
                {...form.getInputProps(name)}
              />
            ))}
          </SimpleGrid>
          <Group justify="space-between">
            <LastCleanup stored={stored} />
            <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
      <OwnPeriods stored={stored} />
    </Card>
  );
}

function LastCleanup({ stored: { last_cleanup: last } }: { stored: Retention }) {
  if (!last)
    return (
      <Text size="sm" c="dimmed">
        Nothing was cleaned up yet.
      </Text>
    );
  const removed = Object.entries(last.removed).map(([kind, count]) => `${count} ${kind}`);
  return (
    <Text size="sm" c="dimmed">
      Last cleaned up <Instant at={last.began_at} relative />:{" "}
      {last.error ??
        (removed.length > 0 ? `${removed.join(", ")} removed.` : "nothing was too old.")}
    </Text>
  );
}
