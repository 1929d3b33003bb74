import {
  Alert,
  Button,
  Card,
  Group,
  List,
  Stack,
  Text,
  Textarea,
  TextInput,
  ThemeIcon,
  Title,
} from "@mantine/core";
import { IconCheck, IconMinus, IconStethoscope, IconX } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { explain } from "@/parts/explain";
import type { SchemaSignatureCheckRead } from "@/api/schema";
import { examineSignature } from "@/api/webhooks";
import { humanise } from "@/parts/words";

/** Why a webhook was refused, check by check. */
export function SignatureDoctor() {
  const [signature, setSignature] = useState("");
  const [body, setBody] = useState("");
  const examine = useMutation({ mutationFn: () => examineSignature(signature.trim(), body) });
  return (
    <Card component="section">
      <Title order={2}>Signature check</Title>
      <Text size="sm" c="dimmed" mt={2} mb="md">
        Paste a webhook that was refused, exactly as it came. Nothing is stored.
      </Text>
      <Stack gap="sm">
        <TextInput
          label="X-Retell-Signature"
          placeholder="v=1700000000000,d=…"
          classNames={{ input: "mono" }}
          value={signature}
          onChange={({ currentTarget: { value } }) => setSignature(value)}
        />
        <Textarea
          label="Body"
          autosize
          minRows={3}
          maxRows={14}
          classNames={{ input: "mono" }}
          value={body}
          onChange={({ currentTarget: { value } }) => setBody(value)}
        />
        <Group>
          <Button
            variant="default"
            leftSection={<IconStethoscope size={17} aria-hidden />}
            disabled={body === ""}
            loading={examine.isPending}
            onClick={() => examine.mutate()}
          >
            Examine
          </Button>
        </Group>
        {examine.error && (
          <Alert color="red" variant="light" role="alert" title={explain(examine.error).title}>
            {explain(examine.error).detail}
          </Alert>
        )}
        {examine.data && (
          <div role="status">
            <Text fw={600} size="sm" mb="xs">
              {examine.data.valid ? "It would be accepted now." : "It would be refused now."}
            </Text>
            <List spacing="xs" size="sm" center={false}>
              {examine.data.checks.map((check) => (
                <List.Item key={check.name} icon={<Outcome result={check.result} />}>
                  <strong>{humanise(check.name)}:</strong> {check.detail}
                </List.Item>
              ))}
            </List>
          </div>
        )}
      </Stack>
    </Card>
  );
}

function Outcome({ result }: { result: SchemaSignatureCheckRead["result"] }) {
  const [color, Icon] =
    result === "passed"
      ? (["signal", IconCheck] as const)
      : result === "failed"
        ? (["red", IconX] as const)
        : (["gray", IconMinus] as const);
  return (
    <ThemeIcon size={20} radius="xl" color={color} variant="light">
      <Icon size={13} aria-label={humanise(result)} />
    </ThemeIcon>
  );
}
