import { Alert, Button, Card, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, type SyntheticEvent, useState } from "react";
import { type Models, modelsQuery } from "@/api/models";
import { organisationQuery, updateOrganisation } from "@/api/organisation";
import { fieldErrors } from "@/api/problem";
import { explain } from "@/parts/explain";
import { secondReading } from "./modelWords";

/** What records are made with, who steps in, and who reads a second time. */
export function ExtractionModel({ models }: { models: Models }) {
  const client = useQueryClient();
  const stored = models.is_own ? models.extraction_model : "";
  const [model, setModel] = useState(stored);
  const save = useMutation({
    mutationFn: () => updateOrganisation({ llm_model: model.trim() || null }),
    onSuccess: (organisation) => {
      client.setQueryData(organisationQuery.queryKey, organisation);
      void client.invalidateQueries({ queryKey: modelsQuery.queryKey });
      notifications.show({ message: "Saved. Every process follows within seconds." });
    },
  });
  const wrong = fieldErrors(save.error).llm_model;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Card component="section">
      <Title order={2} mb="md">
        Extraction model
      </Title>
      <Stack>
        {save.error && !wrong && (
          <Alert color="red" variant="light" role="alert" title={explain(save.error).title}>
            {explain(save.error).detail}
          </Alert>
        )}
        <form onSubmit={submit} noValidate>
          <Group align="flex-end">
            <TextInput
              label="Language model"
              description="As provider/model. Agents may have another one of their own."
              placeholder={models.is_own ? "The installation's" : models.extraction_model}
              classNames={{ input: "mono" }}
              style={{ flex: "1 1 280px", maxWidth: 420 }}
              value={model}
              error={wrong && "Write provider/model, e.g. openai/gpt-5-mini."}
              onChange={({ currentTarget: { value } }) => setModel(value)}
            />
            <Button type="submit" disabled={model.trim() === stored} loading={save.isPending}>
              Save
            </Button>
          </Group>
          <Text size="xs" c="dimmed" mt={6}>
            {models.is_own
              ? "Empty it to go by the installation's."
              : "It is the installation's, LLM_MODEL, unless you set another."}
          </Text>
        </form>
        <Fact label="When it fails">
          {models.fallback_models.length === 0 ? (
            "No fallback; retried later"
          ) : (
            <span className="mono">{models.fallback_models.join(", ")}</span>
          )}
        </Fact>
        <Fact label="Second check">{secondReading(models.check_model)}</Fact>
        <Fact label="An answer may take">
          {models.timeout_seconds} seconds, and {models.max_attempts}{" "}
          {models.max_attempts === 1 ? "request" : "requests"} until it has the right form
        </Fact>
        <Text size="xs" c="dimmed">
          These are the installation&rsquo;s: LLM_FALLBACK_MODELS, LLM_CHECK_MODEL,
          LLM_TIMEOUT_SECONDS and LLM_MAX_ATTEMPTS.
        </Text>
      </Stack>
    </Card>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="sm">{children}</Text>
    </div>
  );
}
