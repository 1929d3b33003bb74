import {
  Alert,
  Button,
  Checkbox,
  Group,
  Modal,
  NumberInput,
  Select,
  Stack,
  Text,
  Textarea,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  complianceKeys,
  type OwnRule,
  type Rule,
  type RuleInForce,
  rulesQuery,
  setRules,
} from "@/api/compliance";
import { explain } from "@/parts/explain";
import { PURPOSE_CHOICES } from "@/features/compliance/purposes";
import { cited, placeOf, readHours, wordsOf, writeHours } from "./ruleWords";

interface Props {
  shown: RuleInForce;
  onClose: () => void;
}

/** Changes one rule; the organization's others stay as they are. */
export function RuleDialog({ shown, onClose }: Props) {
  const client = useQueryClient();
  const [rule, setRule] = useState<Rule>(shown.rule);
  const [hours, setHours] = useState(writeHours(shown.rule.hours));
  const [reason, setReason] = useState(shown.reason ?? "");
  const read = readHours(hours);
  const save = useMutation({
    mutationFn: async (own: OwnRule[]) => {
      // Asked for now: somebody else may have changed another since this page was opened.
      const { items } = await client.query({ ...rulesQuery, staleTime: 0 });
      const others = items
        .filter(({ is_own, rule: { name } }) => is_own && name !== shown.rule.name)
        .map((each) => ({ ...each.rule, reason: each.reason }));
      return setRules([...others, ...own]);
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: complianceKeys.rules });
      onClose();
    },
  });
  const wanted = { ...rule, ...(rule.kind === "hours" && { hours: read ?? [] }) };
  return (
    <Modal opened onClose={onClose} title={`${placeOf(shown.rule)}: ${shown.rule.name}`} size="lg">
      <Stack>
        {shown.shipped && (
          <Text size="sm">
            Shipped: {wordsOf(shown.shipped)}. {shown.shipped.source} ({shown.shipped.as_of}).
          </Text>
        )}
        <Checkbox.Group
          label="Binds"
          value={rule.purposes}
          onChange={(purposes) => setRule({ ...rule, purposes: purposes })}
        >
          <Stack gap={6} mt={6}>
            {PURPOSE_CHOICES.map(({ value, label }) => (
              <Checkbox key={value} value={value} label={label} />
            ))}
          </Stack>
        </Checkbox.Group>
        {rule.kind === "hours" && (
          <Textarea
            label="Hours"
            description="By the clock where the phone is; lines such as mon-fri 08:00-21:00. No line: never."
            autosize
            minRows={2}
            value={hours}
            error={read === null && "A line is not understood."}
            onChange={(event) => setHours(event.currentTarget.value)}
          />
        )}
        <Numbers rule={rule} onChange={setRule} />
        <Textarea
          label="Reason"
          description="Needed where it is looser than what was shipped. It is kept."
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {save.error && (
          <Alert color="red" variant="light" role="alert">
            {explain(save.error).detail}
          </Alert>
        )}
        <Group justify="flex-end">
          {shown.is_own && (
            <Button variant="default" loading={save.isPending} onClick={() => save.mutate([])}>
              {shown.shipped ? "Back to what was shipped" : "Remove it"}
            </Button>
          )}
          <Button variant="default" onClick={onClose}>
            Back
          </Button>
          <Button
            loading={save.isPending}
            disabled={read === null}
            onClick={() =>
              save.mutate([{ ...cited(wanted, shown.shipped), reason: reason.trim() || null }])
            }
          >
            Save
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Numbers({ rule, onChange }: { rule: Rule; onChange: (rule: Rule) => void }) {
  if (rule.kind === "attempts")
    return (
      <Group grow>
        <NumberInput
          label="Calls at most"
          min={1}
          max={100}
          value={rule.max_attempts ?? 1}
          onChange={(value) => onChange({ ...rule, max_attempts: Number(value) || 1 })}
        />
        <NumberInput
          label="In so many hours"
          min={1}
          max={744}
          value={rule.per_hours ?? 24}
          onChange={(value) => onChange({ ...rule, per_hours: Number(value) || 1 })}
        />
      </Group>
    );
  if (rule.kind === "consent")
    return (
      <Select
        label="Consent"
        allowDeselect={false}
        data={[
          { value: "written", label: "In writing" },
          { value: "express", label: "In any way" },
        ]}
        value={rule.consent ?? "express"}
        onChange={(value) => onChange({ ...rule, consent: value })}
      />
    );
  return null;
}
