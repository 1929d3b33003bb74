import { Select, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { organisationQuery, retellCheckQuery, updateOrganisation } from "@/api/organisation";
import { phoneNumbersQuery } from "@/api/phoneNumbers";
import { useIsAdmin } from "@/features/session/useUser";
import { explain } from "@/parts/explain";
import { formatPhone } from "@/parts/phone";

/** The number that agents without their own call from, chosen from those of the account. */
export function CallerId({ current }: { current: string | null }) {
  const client = useQueryClient();
  const isAdmin = useIsAdmin();
  const numbers = useQuery({ ...phoneNumbersQuery, retry: false });
  const save = useMutation({
    mutationFn: (from_number: string | null) => updateOrganisation({ from_number }),
    onSuccess: async (changed) => {
      client.setQueryData(organisationQuery.queryKey, changed);
      await client.invalidateQueries({ queryKey: retellCheckQuery.queryKey });
      notifications.show({ message: "Saved." });
    },
  });
  const offered = new Set([
    ...(numbers.data ?? []).map(({ phone_number }) => phone_number),
    ...(current ? [current] : []),
  ]);
  return (
    <>
      <Select
        mt="xs"
        maw={320}
        label="Caller ID"
        placeholder="Choose a number of the account"
        disabled={!isAdmin || save.isPending}
        data={[...offered].map((number) => ({ value: number, label: formatPhone(number) }))}
        value={current}
        onChange={(number) => save.mutate(number)}
      />
      {numbers.data?.length === 0 && (
        <Text size="sm" mt={4}>
          The account has no number yet: buy one in Retell’s dashboard under Phone Numbers.
        </Text>
      )}
      {(save.error ?? numbers.error) && (
        <Text size="sm" role="alert" c="var(--mantine-color-error)" mt={4}>
          {explain(save.error ?? numbers.error).detail}
        </Text>
      )}
    </>
  );
}
