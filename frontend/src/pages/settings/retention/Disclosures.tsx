import { Alert, Button, Card, Group, Table, Text, TextInput, Title } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { disclose, disclosuresQuery, type Named, retentionKeys } from "@/api/retention";
import { ErrorState } from "@/parts/ErrorState";
import { explain } from "@/parts/explain";
import { Instant } from "@/parts/Instant";
import { formatPhone } from "@/parts/phone";
import { namedBy, WHO, WRITE_SO } from "./named";

/** What is kept about somebody, as a file for them. */
export function Disclosures() {
  const client = useQueryClient();
  const disclosures = useQuery(disclosuresQuery);
  const [who, setWho] = useState("");
  const [isWrong, setIsWrong] = useState(false);
  const make = useMutation({
    mutationFn: (named: Named) => disclose(named),
    onSuccess: async () => {
      setWho("");
      await client.invalidateQueries({ queryKey: retentionKeys.disclosures });
    },
  });
  return (
    <Card component="section">
      <Title order={2}>Disclosures</Title>
      <Text size="sm" c="dimmed" mt={2} mb="md">
        A ZIP that somebody can read who asks what you have of them: calls, transcripts, records and
        sound. It is made as it is downloaded, for a week.
      </Text>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const named = namedBy(who);
          setIsWrong(named === null);
          if (named) make.mutate(named);
        }}
      >
        <Group align="flex-end">
          <TextInput
            label="About whom"
            description={WHO}
            w={380}
            value={who}
            error={isWrong ? WRITE_SO : undefined}
            onChange={({ currentTarget: { value } }) => {
              setWho(value);
              setIsWrong(false);
            }}
          />
          <Button type="submit" variant="default" loading={make.isPending}>
            Prepare
          </Button>
        </Group>
      </form>
      {make.error && (
        <Alert color="red" variant="light" role="alert" mt="md">
          {explain(make.error).detail}
        </Alert>
      )}
      {disclosures.error && (
        <ErrorState error={disclosures.error} onRetry={() => void disclosures.refetch()} />
      )}
      {disclosures.data && disclosures.data.items.length > 0 && (
        <Table mt="md">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>About</Table.Th>
              <Table.Th>Asked for by</Table.Th>
              <Table.Th>Until</Table.Th>
              <Table.Th aria-label="Download" />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {disclosures.data.items.map((each) => (
              <Table.Tr key={each.id}>
                <Table.Td>{each.phone_number ? formatPhone(each.phone_number) : "A call"}</Table.Td>
                <Table.Td>{each.created_by}</Table.Td>
                <Table.Td>
                  <Instant at={each.expires_at} />
                </Table.Td>
                <Table.Td ta="right">
                  <Button
                    component="a"
                    href={`/api/v1/disclosures/${each.id}/download`}
                    size="compact-xs"
                    variant="default"
                    leftSection={<IconDownload size={15} aria-hidden />}
                  >
                    Download
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Card>
  );
}
