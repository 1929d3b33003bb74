import {
  Alert,
  Button,
  Card,
  Group,
  Skeleton,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { agentsQuery } from "@/api/agents";
import { checkModel, type ModelCheck, modelsQuery } from "@/api/models";
import { fieldErrors } from "@/api/problem";
import { explain } from "@/parts/explain";
import { ErrorState } from "@/parts/ErrorState";
import { Absent } from "@/parts/Instant";
import { formatCents } from "@/parts/money";
import { StatusBadge } from "@/parts/StatusBadge";
import { ExtractionModel } from "./ExtractionModel";
import { ModelProviders } from "./ModelProviders";
import { type ModelRow, rowsOf, titleOf } from "./modelWords";

/** Which language models make records, what they cost, and whether they answer. */
export function LanguageModels() {
  const models = useQuery(modelsQuery);
  const agents = useQuery(agentsQuery);
  const error = models.error ?? agents.error;
  if (error)
    return (
      <ErrorState
        error={error}
        onRetry={() => void Promise.all([models.refetch(), agents.refetch()])}
      />
    );
  if (!models.data || !agents.data)
    return (
      <Stack>
        <Skeleton h={240} radius="lg" />
        <Skeleton h={240} radius="lg" />
      </Stack>
    );
  return (
    <Stack>
      <ExtractionModel key={models.data.extraction_model} models={models.data} />
      <Tried rows={rowsOf(models.data, agents.data)} />
      <ModelProviders providers={models.data.providers} />
    </Stack>
  );
}

function Tried({ rows }: { rows: ModelRow[] }) {
  const [other, setOther] = useState("");
  const check = useMutation({ mutationFn: checkModel });
  const tryOther = (event: SyntheticEvent) => {
    event.preventDefault();
    check.mutate(other.trim());
  };
  const wrong = fieldErrors(check.error).model;
  return (
    <Card padding={0} component="section">
      <div style={{ padding: "var(--mantine-spacing-lg)", paddingBottom: 12 }}>
        <Title order={2}>Models in use</Title>
        <Text size="sm" c="dimmed" mt={2}>
          A test sends one tiny question with your keys; it costs a few tokens. Prices are for a
          million tokens, from LLM_PRICES; where there is none, costs are not shown.
        </Text>
      </div>
      <div aria-live="polite">
        {check.data && <Result found={check.data} />}
        {check.error && !wrong && (
          <Alert
            color="red"
            variant="light"
            role="alert"
            mx="lg"
            mb="md"
            title={explain(check.error).title}
          >
            {explain(check.error).detail}
          </Alert>
        )}
      </div>
      <Table.ScrollContainer minWidth={640}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Model</Table.Th>
              <Table.Th>What for</Table.Th>
              <Table.Th ta="right">Price, asking</Table.Th>
              <Table.Th ta="right">Price, answering</Table.Th>
              <Table.Th aria-label="Test" />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Row
                key={row.model}
                row={row}
                isRunning={check.isPending && check.variables === row.model}
                isDisabled={check.isPending}
                onCheck={() => check.mutate(row.model)}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <form onSubmit={tryOther} noValidate>
        <Group p="lg" align="flex-end">
          <TextInput
            label="Another model"
            placeholder="openai/gpt-5-mini"
            classNames={{ input: "mono" }}
            style={{ flex: "1 1 240px", maxWidth: 420 }}
            value={other}
            error={wrong && "Write provider/model, e.g. openai/gpt-5-mini."}
            onChange={({ currentTarget: { value } }) => setOther(value)}
          />
          <Button
            type="submit"
            variant="default"
            disabled={other.trim() === ""}
            loading={check.isPending && check.variables === other.trim()}
          >
            Test it
          </Button>
        </Group>
      </form>
    </Card>
  );
}

interface RowProps {
  row: ModelRow;
  isRunning: boolean;
  isDisabled: boolean;
  onCheck: () => void;
}

function Row({ row, isRunning, isDisabled, onCheck }: RowProps) {
  return (
    <Table.Tr>
      <Table.Td>
        <Text className="mono" size="sm">
          {row.model}
        </Text>
        {row.problem && (
          <>
            <StatusBadge label="Cannot be asked" tone="bad" />
            <Text size="xs" c="dimmed">
              {row.problem}
            </Text>
          </>
        )}
      </Table.Td>
      <Table.Td>
        {row.uses.map((use) => (
          <Text key={use} size="sm">
            {use}
          </Text>
        ))}
      </Table.Td>
      <Price cents={row.price?.[0]} />
      <Price cents={row.price?.[1]} />
      <Table.Td ta="right">
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          aria-label={`Test ${row.model}`}
          loading={isRunning}
          disabled={isDisabled && !isRunning}
          onClick={onCheck}
        >
          Test
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}

function Price({ cents }: { cents: number | undefined }) {
  return (
    <Table.Td ta="right" className="figures">
      {cents === undefined ? <Absent label="no price" /> : formatCents(cents)}
    </Table.Td>
  );
}

function Result({ found }: { found: ModelCheck }) {
  const tokens = (found.input_tokens ?? 0) + (found.output_tokens ?? 0);
  return (
    <Alert
      color={found.ok ? "signal" : "red"}
      variant="light"
      role={found.ok ? "status" : "alert"}
      mx="lg"
      mb="md"
      title={titleOf(found)}
    >
      {found.reason ?? (
        <>
          <span className="mono">{found.model}</span> used {tokens.toLocaleString()} tokens.
        </>
      )}
    </Alert>
  );
}
