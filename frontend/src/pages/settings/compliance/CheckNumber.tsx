import { Alert, Button, Card, Group, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { type Checked, checkNumber, type Purpose } from "@/api/compliance";
import { explain } from "@/parts/explain";
import { Instant } from "@/parts/Instant";
import { REFUSALS } from "@/parts/refusals";
import { PURPOSE_CHOICES } from "@/features/compliance/purposes";

/** Asks the gate about one number, as every dial does. */
export function CheckNumber() {
  const [number, setNumber] = useState("");
  const [postalCode, setPostalCode] = useState("");
  const [purpose, setPurpose] = useState<Purpose>("marketing");
  const check = useMutation({
    mutationFn: () =>
      checkNumber({ to_number: number, purpose, postal_code: postalCode.trim() || null }),
  });
  return (
    <Card component="section" aria-label="Check a number">
      <Title order={2} mb="xs">
        Check a number
      </Title>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          check.mutate();
        }}
      >
        <Group align="flex-end" gap="sm">
          <TextInput
            label="Phone number"
            placeholder="+14155550100"
            required
            value={number}
            onChange={(event) => setNumber(event.currentTarget.value)}
          />
          <TextInput
            label="Postal code, if known"
            placeholder="80202"
            value={postalCode}
            onChange={(event) => setPostalCode(event.currentTarget.value)}
          />
          <Select
            label="Called for"
            allowDeselect={false}
            data={PURPOSE_CHOICES}
            value={purpose}
            onChange={(value) => value && setPurpose(value)}
          />
          <Button type="submit" loading={check.isPending} disabled={!number.trim()}>
            Check
          </Button>
        </Group>
      </form>
      {check.error && (
        <Alert color="red" variant="light" role="alert" mt="md">
          {explain(check.error).detail}
        </Alert>
      )}
      {check.data && <Answer checked={check.data} />}
    </Card>
  );
}

function Answer({ checked }: { checked: Checked }) {
  return (
    <Alert
      role="status"
      mt="md"
      variant="light"
      color={checked.allowed ? "green" : "orange"}
      title={checked.allowed ? "It may be called now" : REFUSALS[checked.refusal ?? ""]}
    >
      <Stack gap={4}>
        {checked.detail && <Text size="sm">{checked.detail}</Text>}
        {checked.rule && (
          <Text size="sm">
            By {checked.rule.name}: {checked.rule.source} ({checked.rule.as_of}).
          </Text>
        )}
        {!checked.allowed && checked.next_allowed_at && (
          <Text size="sm">
            It may be called from <Instant at={checked.next_allowed_at} /> on.
          </Text>
        )}
        <Text size="sm">The phone may be in {checked.zones.join(", ")}.</Text>
      </Stack>
    </Alert>
  );
}
