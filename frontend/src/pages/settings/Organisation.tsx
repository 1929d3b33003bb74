import {
  Alert,
  Autocomplete,
  Button,
  Card,
  Group,
  NumberInput,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  type Organisation as Stored,
  organisationQuery,
  updateOrganisation,
} from "@/api/organisation";
import { phoneNumbersQuery } from "@/api/phoneNumbers";
import { fieldErrors } from "@/api/problem";
import { explain } from "@/parts/explain";
import { ErrorState } from "@/parts/ErrorState";
import { sessionQuery } from "@/api/session";
import { OrganisationKeys } from "./OrganisationKeys";

/** What the organisation sets for itself. */
export function Organisation() {
  const organisation = useQuery(organisationQuery);
  if (organisation.error)
    return <ErrorState error={organisation.error} onRetry={() => void organisation.refetch()} />;
  if (!organisation.data) return <Skeleton h={420} radius="lg" />;
  return (
    <Stack>
      <Basics stored={organisation.data} />
      <OrganisationKeys keys={organisation.data.keys} />
    </Stack>
  );
}

interface Values {
  name: string;
  from_number: string;
  calls_per_minute: number | string;
  requests_per_minute: number | string;
}

function valuesOf(stored: Stored): Values {
  return {
    name: stored.name,
    from_number: stored.from_number ?? "",
    calls_per_minute: stored.calls_per_minute ?? "",
    requests_per_minute: stored.requests_per_minute ?? "",
  };
}

function Basics({ stored }: { stored: Stored }) {
  const client = useQueryClient();
  const numbers = useQuery({ ...phoneNumbersQuery, retry: false });
  const form = useForm<Values>({
    initialValues: valuesOf(stored),
    validate: {
      name: (name) => (name.trim() ? null : "Enter a name."),
      from_number: (number) =>
        /^(\+[1-9]\d{6,14})?$/.test(number.trim())
          ? null
          : "Write it with + and the country, e.g. +14155550199.",
    },
  });
  const save = useMutation({
    mutationFn: (values: Values) =>
      updateOrganisation({
        name: values.name.trim(),
        from_number: values.from_number.trim() || null,
        calls_per_minute: limitOf(values.calls_per_minute),
        requests_per_minute: limitOf(values.requests_per_minute),
      }),
    onSuccess: (organisation) => {
      client.setQueryData(organisationQuery.queryKey, organisation);
      void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
      form.setInitialValues(valuesOf(organisation));
      form.setValues(valuesOf(organisation));
      notifications.show({ message: "Saved. Every process follows within seconds." });
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <Card component="section">
      <Title order={2} mb="md">
        Organization
      </Title>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
        <Stack>
          {save.error && Object.keys(form.errors).length === 0 && (
            <Alert color="red" variant="light" role="alert" title={explain(save.error).title}>
              {explain(save.error).detail}
            </Alert>
          )}
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput label="Name" {...form.getInputProps("name")} />
            <Autocomplete
              label="Caller ID"
              description="For agents that have none of their own. With the organization’s own Retell key, the server’s caller ID is not used."
              placeholder="None"
              data={numbers.data?.map(({ phone_number }) => phone_number) ?? []}
              {...form.getInputProps("from_number")}
            />
          </SimpleGrid>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <NumberInput
              label="Calls per minute, at most"
              placeholder="The installation's limit"
              {...WHOLE}
              {...form.getInputProps("calls_per_minute")}
            />
            <NumberInput
              label="Requests per minute, at most"
              description="Of each person and each API key."
              inputWrapperOrder={["label", "input", "description", "error"]}
              placeholder="The installation's limit"
              {...WHOLE}
              {...form.getInputProps("requests_per_minute")}
            />
          </SimpleGrid>
          <Group justify="space-between">
            <Text size="xs" c="dimmed">
              Webhooks come to <span className="mono">/webhook/retell/{stored.slug}</span>
            </Text>
            <Button type="submit" disabled={!form.isDirty()} loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

const WHOLE = { min: 1, max: 1_000_000, allowDecimal: false, allowNegative: false } as const;

/** An empty field leaves the limit to the installation. */
function limitOf(value: number | string): number | null {
  return value === "" ? null : Number(value);
}
