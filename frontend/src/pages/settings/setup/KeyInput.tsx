import { Button, Group, PasswordInput, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { type KeyName, organisationQuery, retellCheckQuery, updateKey } from "@/api/organisation";
import { fieldErrors } from "@/api/problem";
import { useIsAdmin } from "@/features/session/useUser";
import { explain } from "@/parts/explain";

/** Takes a key of Retell's. Retell is asked before it is kept. */
export function KeyInput({ name, label }: { name: KeyName; label: string }) {
  const client = useQueryClient();
  const isAdmin = useIsAdmin();
  const organisation = useQuery(organisationQuery);
  const [value, setValue] = useState("");
  const save = useMutation({
    mutationFn: () => updateKey(name, value.trim()),
    onSuccess: async (changed) => {
      client.setQueryData(organisationQuery.queryKey, changed);
      setValue("");
      await client.invalidateQueries({ queryKey: retellCheckQuery.queryKey });
    },
  });
  if (!isAdmin) return null;
  const stored = organisation.data?.keys.find((key) => key.name === name);
  const refusal =
    fieldErrors(save.error)[`keys.${name}`] ?? (save.error && explain(save.error).detail);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Group align="flex-end" gap="xs" mt="xs" wrap="nowrap">
        <PasswordInput
          label={label}
          autoComplete="off"
          flex={1}
          placeholder={stored?.ends_with ? `Set, ends with ${stored.ends_with}` : "key_…"}
          value={value}
          onChange={({ currentTarget: { value: typed } }) => setValue(typed)}
        />
        <Button type="submit" disabled={value.trim() === ""} loading={save.isPending}>
          Save key
        </Button>
      </Group>
      {refusal && (
        <Text size="sm" role="alert" c="var(--mantine-color-error)" mt={4}>
          {refusal}
        </Text>
      )}
    </form>
  );
}
